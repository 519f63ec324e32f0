import { existsSync } from 'node:fs'
import { LsofPortHolders } from '../adapters/port-holders-lsof/lsof-port-holders.js'
import { ProcfsPortHolders } from '../adapters/port-holders-procfs/procfs-port-holders.js'
import type { PortHolders } from '../application/ports/port-holder.js'

/** Reads /proc where there is one, which needs no program to be installed; elsewhere asks lsof. */
export function portHolders(): PortHolders {
  return existsSync('/proc/net/tcp') ? new ProcfsPortHolders() : new LsofPortHolders()
}

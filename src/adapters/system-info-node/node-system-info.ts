import { hostname } from 'node:os'
import type { SystemInfo } from '../../application/ports/system-info.js'

/** Reads the machine once, when it is made. */
export class NodeSystemInfo implements SystemInfo {
  readonly version: string
  readonly hostname = hostname()
  readonly platform: string = process.platform
  readonly pid = process.pid
  readonly stateDir: string
  readonly configPath: string

  /** @param instance version of the program and the absolute paths of this instance */
  constructor(instance: { readonly version: string; readonly stateDir: string; readonly configPath: string }) {
    this.version = instance.version
    this.stateDir = instance.stateDir
    this.configPath = instance.configPath
  }
}

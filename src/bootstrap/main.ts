#!/usr/bin/env node
import { nodeTerminal } from '../adapters/cli-commander/node-terminal.js'
import { runCli } from '../adapters/cli-commander/run-cli.js'
import { cliDeps } from './cli-deps.js'

/** How long handles that a command left behind may keep the process, in milliseconds. */
const LINGER_MS = 200

process.exitCode = await runCli(process.argv.slice(2), cliDeps(nodeTerminal()))
setTimeout(() => process.exit(), LINGER_MS).unref()

import { RequestRefused } from '../connection/request-refused.js'
import { toast } from './toast.js'

/**
 * Waits for something that a person asked for and tells what came of it. Never rejects.
 * @param done what to say when it went well; nothing by default, where the page shows it anyway
 * @returns what came of it; null when it failed
 */
export async function attempt<T>(work: Promise<T>, done?: string): Promise<T | null> {
  try {
    const result = await work
    if (done !== undefined) toast(done, 'ok')
    return result
  } catch (thrown) {
    const isLoss = thrown instanceof RequestRefused && thrown.code === 'DISCONNECTED'
    toast(thrown instanceof Error ? thrown.message : String(thrown), isLoss ? 'warn' : 'danger')
    return null
  }
}

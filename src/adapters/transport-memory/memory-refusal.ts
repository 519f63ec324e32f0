import { Failure } from '../../domain/failure.js'

/** The upgrade was answered with this response instead of a connection. */
export class MemoryRefusal extends Failure {
  readonly response: Response

  constructor(response: Response) {
    super('upgrade-refused', `the upgrade was refused with ${response.status}`)
    this.response = response
  }
}

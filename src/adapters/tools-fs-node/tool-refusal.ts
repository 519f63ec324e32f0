/** Why a file tool did not do what it was asked; the sentence is for the model. */
export class ToolRefusal extends Error {}

/** How to take back one write. */
export type Undo = () => void

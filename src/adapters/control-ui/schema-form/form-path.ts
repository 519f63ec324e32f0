/** Object keys and list indexes from the root of what is edited to a value. */
export type FormPath = readonly (string | number)[]

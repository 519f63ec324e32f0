/** Version of the package this page was built with. */
declare const __MAYROS_VERSION__: string

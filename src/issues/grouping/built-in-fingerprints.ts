/**
 * Fingerprints of failures that have one cause in a project however they come about: files of an earlier build that a
 * browser did not find, and pages that look different in a browser from what the server made. They hold after the
 * rules of the project, and never against a fingerprint that the program sent itself.
 */
export const BUILT_IN_FINGERPRINTS = `
family:javascript error.type:ChunkLoadError -> chunkloaderror
family:javascript error.value:"ChunkLoadError*" -> chunkloaderror
family:javascript error.value:"Loading chunk * failed*" -> chunkloaderror
family:javascript error.value:"Loading CSS chunk * failed*" -> chunkloaderror
family:javascript error.value:"*Failed to fetch dynamically imported module*" -> chunkloaderror
family:javascript error.value:"*error loading dynamically imported module*" -> chunkloaderror
family:javascript error.value:"*Importing a module script failed*" -> chunkloaderror
family:javascript tags.transaction:* message:"*Hydration failed because the *" -> hydrationerror, {{ tags.transaction }}
family:javascript tags.transaction:* message:"*There was an error while hydrating*" -> hydrationerror, {{ tags.transaction }}
family:javascript tags.transaction:* message:"*Text content does not match server-rendered HTML*" -> hydrationerror, {{ tags.transaction }}
family:javascript tags.transaction:* message:"*could not finish this Suspense boundary*Switched to client rendering*" -> hydrationerror, {{ tags.transaction }}
`;

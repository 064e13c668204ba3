/** The nonce that the server put into this page; style elements without it are not applied. */
export const cspNonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

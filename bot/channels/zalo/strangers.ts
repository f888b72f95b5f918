/**
 * The address of somebody who has not signed in to Zalo: an answer needs both ids. Zalo's own user ids are digits, so the two
 * kinds of address cannot be taken for each other.
 */

const ADDRESS = /^anonymous:([^:]+):([^:]+)$/

export interface Stranger {
  anonymousId: string
  conversationId: string
}

export const strangerAddress = ({ anonymousId, conversationId }: Stranger): string =>
  `anonymous:${encodeURIComponent(anonymousId)}:${encodeURIComponent(conversationId)}`

export const strangerAt = (address: string): Stranger | undefined => {
  const [, anonymousId, conversationId] = ADDRESS.exec(address) ?? []
  if (anonymousId === undefined || conversationId === undefined) return undefined
  return { anonymousId: decodeURIComponent(anonymousId), conversationId: decodeURIComponent(conversationId) }
}

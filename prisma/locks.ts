/** The keys of all advisory locks, in one place, so that none means two things. Those of one number and of two are apart. */

/** Alone, for each database: whoever migrates. It is the one that Prisma's engine takes for the same work. */
export const MIGRATE_LOCK = 72_707_369
/** Shared by everybody who uses the embedded server, taken alone by the one who stops it. */
export const USE_LOCK = 7_270_001
/** Whoever puts the demo in. */
export const DEMO_LOCK = 7_270_002

/** (this, the chat's id): whoever changes a chat's talk. ASCII "chat" */
export const CHAT_LOCK = 0x63686174
/** (this, the hash of the address): whoever adds to what a web chat shows. ASCII "webc" */
export const WEB_LANE_LOCK = 0x77656263

/** The events that are acknowledged, and change nothing. What is in none of these lists is unknown: its name is logged. */

/** About our own messages, tags, calls, the app's shop: nobody waits for an answer. */
export const NOTED: ReadonlySet<string> = new Set([
  ...['user_received_message', 'user_seen_message', 'user_reacted_message'],
  ...['add_user_to_tag', 'remove_user_from_tag', 'remove_tag', 'update_user_info', 'widget_interaction_accepted'],
  ...['oa_send_consent', 'user_reply_consent', 'user_call_oa', 'oa_call_user', 'extension_purchased'],
  ...['change_template_status', 'change_oa_daily_quota', 'user_feedback'],
])

/** Groups: nobody talks to the bot there. */
export const OF_GROUPS: ReadonlySet<string> = new Set([
  ...['create_group', 'user_join_group', 'user_request_join_group', 'user_out_group', 'add_group_admin'],
  ...['remove_group_admin', 'update_group_info', 'delete_group'],
])
export const IN_A_GROUP = /^(user|oa)_send_group_[a-z_]{1,40}$/

/** Every message of the OA comes back as one of these; those by a colleague's hand name the colleague. */
export const ECHO = /^oa_send_(text|image|gif|list|file|sticker|template|link|location|audio|video|business_card)$/

/** From people who have not signed in. */
export const ANONYMOUS = /^anonymous_send_[a-z_]{1,40}$/

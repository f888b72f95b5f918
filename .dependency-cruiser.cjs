// The arrows of the house: server -> bot -> domain -> prisma; qr and locales import nothing of the house.
const only = (name, from, ...to) => ({
  name,
  severity: 'error',
  from: { path: `^${from}` },
  to: { path: '^(bot|server|domain|qr|locales|prisma|test|bench)/', pathNot: [from, ...to].map((path) => `^${path}`) },
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only('locales-stand-alone', 'locales/'),
    only('qr-stands-alone', 'qr/', 'locales/fold'),
    only('prisma-is-the-ground', 'prisma/', 'locales/', 'qr/codes'),
    // Of signs it knows the names alone.
    only('domain-knows-no-screen', 'domain/', 'prisma/', 'qr/(codes|sign)[.]', 'locales/'),
    only('flow-is-pure', 'bot/flow/', 'locales/', 'bot/channels/channel'),
    only(
      'a-channel-knows-no-other',
      'bot/channels/telegram/',
      'bot/channels/(channel|fit|split|told|back-off|poll-rounds|secret-gate)[.]',
      'locales/',
    ),
    only(
      'the-zalo-bot-knows-no-other',
      'bot/channels/zalo-bot/',
      'bot/channels/(channel|fit|split|told|zalo-media|back-off|poll-rounds|secret-gate)[.]',
      'locales/',
    ),
    only(
      'rounds-know-no-channel',
      'bot/channels/(told|poll-rounds|back-off)',
      'bot/channels/(channel|told|back-off)[.]',
    ),
    only('a-guarded-fetch-knows-no-channel', 'bot/channels/guarded-fetch', 'bot/channels/channel[.]'),
    only('a-gate-knows-no-channel', 'bot/channels/(secret-gate|webhook-body)', 'bot/channels/webhook-body'),
    only('zalo-media-knows-no-channel', 'bot/channels/zalo-media', 'bot/channels/(channel|guarded-fetch)[.]'),
    only('the-web-chat-knows-no-other', 'bot/channels/web/', 'bot/channels/(channel|fit|split)', 'locales/'),
    only(
      'zalo-knows-no-other',
      'bot/channels/zalo/',
      'bot/channels/(channel|fit|split|told|zalo-media|webhook-body)[.]',
      'locales/',
    ),
    only('the-console-knows-no-other', 'bot/channels/console/', 'bot/channels/(channel|fit|split)', 'locales/'),
    only('bot-knows-no-server', 'bot/', 'domain/', 'prisma/', 'qr/', 'locales/'),
    only('server-knows-no-test', 'server/', 'bot/', 'domain/', 'prisma/', 'qr/', 'locales/'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^prisma/generated' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
}

const localized = (title: string, friend: string, body: string) => ({
  title: `${title} {{ user.attributes.name | default: "${friend}" }}`,
  body,
});

/** What broadcasts of benchmarks say: one text for all; and two attributes of the installation with a user's name that half of them have, in three languages. */
export const messages = {
  plain: { title: 'Hi', body: 'Bells' },
  personalised: {
    ...localized('Hello', 'friend', 'Your {{ installation.attributes.team }} has {{ installation.attributes.points }} points'),
    localized: {
      fr: localized('Bonjour', 'ami', 'Votre équipe {{ installation.attributes.team }} a {{ installation.attributes.points }} points'),
      de: localized('Hallo', 'du', '{{ installation.attributes.team }} hat {{ installation.attributes.points }} Punkte'),
    },
  },
} as const;

export type MessageKind = keyof typeof messages;

// The words that generated reviews are made of. Parts of a phrase in braces are drawn from the list of that name.

/** What is said of, with the verb that agrees. */
export const aspects = [
  'the plot is',
  'the script is',
  'the acting is',
  'the music is',
  'the dialogue is',
  'the ending is',
  'the camera work is',
  'the pacing is',
  'the lead is',
  'the cast is',
  'the directing is',
  'the editing is',
  'the first half is',
  'the second half is',
  'the humour is',
  'the love story is',
];

/** Words of praise and blame that fit any aspect. */
export const adjectives = {
  good: [
    'good',
    'great',
    'brilliant',
    'moving',
    'funny',
    'clever',
    'fresh',
    'gripping',
    'superb',
    'lovely',
    'convincing',
    'honest',
    'elegant',
    'memorable',
  ],
  bad: [
    'bad',
    'dull',
    'awful',
    'boring',
    'clumsy',
    'stale',
    'predictable',
    'painful',
    'weak',
    'silly',
    'hollow',
    'lazy',
    'shallow',
    'forgettable',
  ],
};

/** Before an adjective. */
export const degrees = ['', '', '', 'very ', 'really ', 'quite ', 'truly ', 'simply '];

/** Before an adjective, and it means its opposite. */
export const negations = ['not ', 'not at all ', 'never ', 'hardly ', 'far from ', 'anything but ', 'not really '];

/** Whole sentences that judge. */
export const verdicts = {
  good: [
    'i would watch it again tomorrow',
    'it deserves every award it won',
    'go and see it while you can',
    'i left the cinema smiling',
    'two hours went by in a moment',
    'i could not look away',
    'do not miss it',
    'i was never bored',
    'you will not regret the ticket',
  ],
  bad: [
    'i would not watch it again',
    'it deserves none of the awards it won',
    'go and see anything else while you can',
    'i left the cinema yawning',
    'two hours went by like five',
    'i could hardly look at it',
    'do not bother',
    'i was never moved',
    'you will regret the ticket',
  ],
};

/** Sentences that tell and do not judge. */
export const tales = [
  'it is about {who} who comes back to {where} after {span}',
  'the story follows {who} and {who} through {where}',
  '{who} loses everything and walks to {where}',
  'for {span} {who} looks for {who}',
  'it was shot in {where} in {span}',
  'i saw it with my {kin} last week',
  'my {kin} had told me about it for {span}',
  'in the middle {who} meets {who} in {where}',
  'it is the third film of this director about {where}',
];

/** What fills the braces of {@link tales}. */
export const fillings: Record<string, readonly string[]> = {
  who: [
    'a sailor',
    'an old teacher',
    'a young nurse',
    'a thief',
    'two brothers',
    'a widow',
    'a singer',
    'a small dog',
    'a robot',
  ],
  where: [
    'a fishing village',
    'the desert',
    'paris',
    'a quiet suburb',
    'the moon',
    'an empty hotel',
    'the mountains',
    'his home town',
  ],
  span: ['ten years', 'one night', 'three weeks', 'a long winter', 'half a life', 'two days'],
  kin: ['sister', 'father', 'neighbour', 'wife', 'husband', 'children', 'friends'],
};

/** One clause gives way to the other: what follows is what the writer thinks. */
export const turns = [
  'people say {first} but {second}',
  'although {first} , {second}',
  'i expected that {first} , instead {second}',
  '{first} at times , yet {second}',
  'the critics wrote that {first} , in truth {second}',
];

/** The same, but the first clause is what the writer thinks. */
export const reverseTurns = [
  '{second} , even if {first}',
  '{second} , whatever they say about how {first}',
  '{second} , though {first} now and then',
];

/** What the collection holds: what the tool finds, and what the emulated geologist knows. */
export const rocks = {
  granite: {
    kind: 'igneous',
    hardness: '6 to 7',
    minerals: ['quartz', 'feldspar', 'mica'],
    origin: 'magma that cooled slowly, kilometres below the ground.',
  },
  basalt: {
    kind: 'igneous',
    hardness: '6',
    minerals: ['plagioclase', 'pyroxene', 'olivine'],
    origin: 'lava that cooled quickly, most of it on the floor of an ocean.',
  },
  gneiss: {
    kind: 'metamorphic',
    hardness: '7',
    minerals: ['feldspar', 'quartz', 'mica', 'garnet'],
    origin: 'granite or mud that was pressed and heated until it was banded.',
  },
  marble: {
    kind: 'metamorphic',
    hardness: '3',
    minerals: ['calcite', 'dolomite'],
    origin: 'limestone that was baked.',
  },
  limestone: {
    kind: 'sedimentary',
    hardness: '3',
    minerals: ['calcite'],
    origin: 'shells and corals of a warm sea.',
  },
  obsidian: {
    kind: 'igneous',
    hardness: '5 to 6',
    minerals: ['volcanic glass'],
    origin: 'lava that cooled too quickly for crystals.',
  },
} as const;

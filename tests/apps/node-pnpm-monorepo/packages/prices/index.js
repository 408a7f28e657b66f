export const price = (thing) => thing.length * 3;

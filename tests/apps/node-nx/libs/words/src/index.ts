export const greeting = "nx answers\n";

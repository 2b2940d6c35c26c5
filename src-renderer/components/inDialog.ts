/**
 * How a list of choices opens inside a dialog: as a part of it, for whoever is told what the dialog holds, and yet over
 * its edge.
 */
export const inDialog = { withinPortal: false, floatingStrategy: 'fixed' } as const

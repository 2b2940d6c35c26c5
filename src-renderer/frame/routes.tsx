import type { ViewRoute } from './viewRoute.ts'

const views = import.meta.glob<{ readonly routes: readonly ViewRoute[] }>('../views/*/routes.tsx', {
  eager: true,
})

/** The pages of all views; a view is a folder with a `routes.tsx`. */
export const routes: readonly ViewRoute[] = Object.values(views).flatMap((view) => view.routes)

/** What stands in the navigation, in its order. */
export const navigation = routes
  .flatMap(({ path, nav }) => (nav === undefined ? [] : [{ path, ...nav }]))
  .sort((a, b) => a.order - b.order)

import { IconRocket } from '@tabler/icons-react'
import type { ViewRoute } from '../../frame/viewRoute.ts'
import { ListPage } from './list/ListPage.tsx'
import { ReleasePage } from './one/ReleasePage.tsx'
import { FormPage } from './plan/FormPage.tsx'
import { PlanPage } from './plan/PlanPage.tsx'

export const routes: readonly ViewRoute[] = [
  { path: '/releases', nav: { label: 'window.releases.title', order: 10, icon: IconRocket }, Page: ListPage },
  { path: '/releases/new', Page: FormPage },
  { path: '/releases/:release', Page: ReleasePage },
  { path: '/releases/:release/plan', Page: PlanPage },
]

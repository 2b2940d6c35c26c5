import { IconKey } from '@tabler/icons-react'
import type { ViewRoute } from '../../frame/viewRoute.ts'
import { DelegatesPage } from './delegates/DelegatesPage.tsx'
import { FreezesPage } from './freezes/FreezesPage.tsx'
import { MissingPage } from './missing/MissingPage.tsx'
import { PeoplePage } from './people/PeoplePage.tsx'
import { PoliciesPage } from './policies/PoliciesPage.tsx'
import { RolesPage } from './roles/RolesPage.tsx'
import { TeamsPage } from './teams/TeamsPage.tsx'

export const routes: readonly ViewRoute[] = [
  { path: '/access', nav: { label: 'window.access.title', order: 50, icon: IconKey }, Page: PeoplePage },
  { path: '/access/teams', Page: TeamsPage },
  { path: '/access/roles', Page: RolesPage },
  { path: '/access/policies', Page: PoliciesPage },
  { path: '/access/freezes', Page: FreezesPage },
  { path: '/access/delegates', Page: DelegatesPage },
  { path: '/access/missing', Page: MissingPage },
]

import { IconServer } from '@tabler/icons-react'
import type { ViewRoute } from '../../frame/viewRoute.ts'
import { TargetPage } from './TargetPage.tsx'
import { TargetsPage } from './TargetsPage.tsx'

export const routes: readonly ViewRoute[] = [
  {
    path: '/targets',
    nav: { label: 'window.targets.title', order: 40, icon: IconServer },
    Page: TargetsPage,
  },
  { path: '/targets/:target', Page: TargetPage },
]

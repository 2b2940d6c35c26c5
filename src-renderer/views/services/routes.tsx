import { IconBox } from '@tabler/icons-react'
import type { ViewRoute } from '../../frame/viewRoute.ts'
import { DeclarePage } from './declare/DeclarePage.tsx'
import { ServicePage } from './ServicePage.tsx'
import { ServicesPage } from './ServicesPage.tsx'

export const routes: readonly ViewRoute[] = [
  {
    path: '/services',
    nav: { label: 'window.services.title', order: 30, icon: IconBox },
    Page: ServicesPage,
  },
  { path: '/services/declare', Page: DeclarePage },
  { path: '/services/:service', Page: ServicePage },
]

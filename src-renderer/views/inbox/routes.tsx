import { IconInbox } from '@tabler/icons-react'
import type { ViewRoute } from '../../frame/viewRoute.ts'
import { InboxPage } from './InboxPage.tsx'
import { TicketPage } from './TicketPage.tsx'

export const routes: readonly ViewRoute[] = [
  { path: '/inbox', nav: { label: 'window.inbox.title', order: 20, icon: IconInbox }, Page: InboxPage },
  { path: '/inbox/:ticket', Page: TicketPage },
]

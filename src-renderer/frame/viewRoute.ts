import type { Icon } from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { TextKey } from '../../src-preload/contract/texts/en.ts'

/** A page of a view; one with `nav` stands in the navigation, lowest `order` first. */
export interface ViewRoute {
  /** As wouter matches it: `/releases/:release`. Of two that match, the one that comes first in its view counts. */
  readonly path: string
  readonly nav?: { readonly label: TextKey; readonly order: number; readonly icon: Icon }
  readonly Page: ComponentType
}

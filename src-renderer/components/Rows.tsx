import { useRef } from 'react'
import type { CSSProperties, ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import styles from './Rows.module.css'
import { useShortcuts } from './shortcuts.ts'
import { useWindowed } from './windowed.ts'

export interface Column<T> {
  readonly key: string
  readonly head: string
  /** A track of a CSS grid, such as `2fr` or `8rem`. */
  readonly width: string
  readonly cell: (row: T) => ReactNode
}

interface Props<T> {
  readonly label: string
  /** The first column's cell becomes the row's link. */
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly idOf: (row: T) => string
  readonly hrefOf: (row: T) => string
  /** The row that keys act on, by id. */
  readonly active: string | null
  readonly onActive: (id: string) => void
  /** Called when the end comes into sight, to load more. */
  readonly onEnd?: () => void
  /** The narrowest it gets before it scrolls sideways, in rem. */
  readonly minWidth?: number
}

/** Which row is next to the active one; the first where none is active. */
export function neighbour(ids: readonly string[], active: string | null, step: 1 | -1): string | null {
  const at = active === null ? -1 : ids.indexOf(active)
  if (at === -1) return ids[0] ?? null
  return ids[Math.min(Math.max(at + step, 0), ids.length - 1)] ?? null
}

/**
 * A list of any length as a table: only what is in sight is in the page. `j` and `k` move, Enter opens, a click
 * anywhere in a row opens it.
 */
export function Rows<T>(props: Props<T>) {
  const { label, columns, rows, idOf, hrefOf, active, onActive, minWidth = 44 } = props
  const place = useRef<HTMLDivElement>(null)
  const { items, height, measure, reveal } = useWindowed(place, rows.length, 44, props.onEnd)
  useRowKeys(props, reveal)
  const tracks = {
    gridTemplateColumns: columns.map(({ width }) => width).join(' '),
    minWidth: `${minWidth}rem`,
  }
  const rowCount = rows.length + 1
  return (
    <div ref={place} className={styles['table']} role="table" aria-label={label} aria-rowcount={rowCount}>
      <Head columns={columns} tracks={tracks} />
      <div role="rowgroup" style={{ height, position: 'relative', minWidth: `${minWidth}rem` }}>
        {items.map(({ index, start }) => {
          const row = rows[index]
          if (row === undefined) return null
          const id = idOf(row)
          return (
            <div
              key={id}
              ref={measure}
              data-index={index}
              role="row"
              aria-rowindex={index + 2}
              aria-current={id === active ? 'true' : undefined}
              className={`${styles['row']} ${id === active ? styles['active'] : ''}`}
              style={{ ...tracks, transform: `translateY(${start}px)` }}
            >
              <Cells columns={columns} row={row} href={hrefOf(row)} onFocus={() => onActive(id)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

function useRowKeys<T>(
  { rows, idOf, hrefOf, active, onActive }: Props<T>,
  reveal: (index: number) => void,
): void {
  const [, navigate] = useLocation()
  const move = (step: 1 | -1) => {
    const next = neighbour(rows.map(idOf), active, step)
    if (next === null) return
    onActive(next)
    reveal(rows.findIndex((row) => idOf(row) === next))
  }
  const open = () => {
    const row = rows.find((candidate) => idOf(candidate) === active)
    if (row !== undefined) navigate(hrefOf(row))
  }
  useShortcuts([
    { key: 'j', label: 'window.keys.down', run: () => move(1) },
    { key: 'k', label: 'window.keys.up', run: () => move(-1) },
    { key: 'Enter', label: 'window.keys.open', run: open },
  ])
}

interface HeadProps<T> {
  readonly columns: readonly Column<T>[]
  readonly tracks: CSSProperties
}

function Head<T>({ columns, tracks }: HeadProps<T>) {
  return (
    <div role="rowgroup" className={styles['top']}>
      <div role="row" aria-rowindex={1} className={styles['head']} style={tracks}>
        {columns.map(({ key, head }) => (
          <div key={key} role="columnheader" className={styles['cell']}>
            {head}
          </div>
        ))}
      </div>
    </div>
  )
}

interface CellsProps<T> {
  readonly columns: readonly Column<T>[]
  readonly row: T
  readonly href: string
  readonly onFocus: () => void
}

function Cells<T>({ columns, row, href, onFocus }: CellsProps<T>) {
  return columns.map(({ key, cell }, index) => (
    <div key={key} role="cell" className={styles['cell']}>
      {index === 0 ? (
        <Link href={href} className={styles['link']} onFocus={onFocus}>
          {cell(row)}
        </Link>
      ) : (
        cell(row)
      )}
    </div>
  ))
}

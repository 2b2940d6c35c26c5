import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { strategyName } from '../../../src-preload/contract/vocabulary.ts'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import { comparisonLines } from '../show/diff.ts'
import { previewLines } from '../show/preview.ts'
import { diagnosticLines, stepTable, timelineTable } from '../show/release.ts'
import { say } from '../say.ts'
import { addCarrying } from './carrying.ts'
import { addEmergency } from './emergency.ts'
import { addEvidence } from './evidence.ts'
import { pairs, secretValues } from './given.ts'
import { addListing } from './listing.ts'

const byRelease = z.object({ release: z.string() })

/** `pilothouse release …` */
export function addReleases(root: Parent): void {
  const parent = addGroup(root, 'release')
  addPreview(parent)
  addListing(parent)
  addPlans(parent)
  addWhatHappened(parent)
  addCarrying(parent)
  addEmergency(parent)
  addEvidence(parent)
}

function addPreview(parent: Parent): void {
  addCommand(parent, {
    usage: 'preview <service>',
    text: 'release.preview',
    flags: [
      { flags: '--target <name>', text: 'flag.target', mandatory: true },
      { flags: '--project <name>', text: 'flag.project' },
      { flags: '--set <NAME=value>', text: 'flag.set', repeat: true },
      { flags: '--secret <NAME=source>', text: 'flag.secret', repeat: true },
      { flags: '--strategy <name>', text: 'flag.strategy' },
      { flags: '--version-label <text>', text: 'flag.version_label' },
      { flags: '--reason <text>', text: 'flag.reason' },
      { flags: '--change-link <url>', text: 'flag.change_link' },
      { flags: '--release <release>', text: 'flag.release' },
    ],
    options: z.object({
      service: z.string(),
      target: z.string(),
      project: z.string().optional(),
      set: z.array(z.string()).default([]),
      secret: z.array(z.string()).default([]),
      strategy: strategyName.optional(),
      versionLabel: z.string().optional(),
      reason: z.string().optional(),
      changeLink: z.string().optional(),
      release: z.string().optional(),
    }),
    run: async ({ client, output, around }, options) => {
      const input = {
        command_id: newId(),
        project: options.project,
        service: options.service,
        target: options.target,
        release: options.release,
        version_label: options.versionLabel,
        variables: pairs('--set', options.set),
        secrets: await secretValues(options.secret, around),
        strategy: options.strategy,
        reason: options.reason,
        change_link: options.changeLink,
      }
      const planned = await (await client()).releases.preview(input)
      output.answer(planned, (paint) => previewLines(paint, planned.preview, planned.release))
    },
  })
}

function addPlans(parent: Parent): void {
  addCommand(parent, {
    usage: 'plan <release>',
    text: 'release.plan',
    options: byRelease,
    run: async ({ client, output }, { release }) => {
      const preview = await (await client()).releases.show_preview({ release })
      output.answer(preview, (paint) => previewLines(paint, preview, null))
    },
  })
  addCommand(parent, {
    usage: 'diff <release>',
    text: 'release.diff',
    options: byRelease,
    run: async ({ client, output }, { release }) => {
      const diff = await (await client()).releases.compare({ release })
      output.answer(diff, (paint) => [
        ...diff.words.map((words) => say(words)),
        ...comparisonLines(paint, diff),
      ])
    },
  })
  addCommand(parent, {
    usage: 'document <release>',
    text: 'release.document',
    options: byRelease,
    run: async ({ client, output }, { release }) => {
      const document = await (await client()).releases.document({ release })
      output.answer(document, () => document.text.split('\n'))
    },
  })
}

function addWhatHappened(parent: Parent): void {
  addCommand(parent, {
    usage: 'steps <release>',
    text: 'release.steps',
    options: byRelease,
    run: async ({ client, output }, { release }) => {
      const steps = await (await client()).releases.steps({ release })
      output.answer(steps, (paint) => stepTable(paint, steps))
    },
  })
  addCommand(parent, {
    usage: 'logs <release>',
    text: 'release.logs',
    options: byRelease,
    run: async ({ client, output }, { release }) => {
      const pages = await (await client()).releases.logs({ release })
      output.answer(pages, (paint) =>
        pages.flatMap(({ host, step, text }) =>
          text
            .trimEnd()
            .split('\n')
            .map((line) => `${paint('faint', `${host} ${step} |`)} ${line}`),
        ),
      )
    },
  })
  addCommand(parent, {
    usage: 'diagnose <release>',
    text: 'release.diagnose',
    options: byRelease,
    run: async ({ client, output }, { release }) => {
      const found = await (await client()).releases.diagnostics({ release })
      output.answer(found, (paint) =>
        found.length === 0
          ? [paint('faint', say('say.no_diagnostics'))]
          : found.flatMap((diagnostic) => diagnosticLines(paint, diagnostic)),
      )
    },
  })
  addCommand(parent, {
    usage: 'timeline <release>',
    text: 'release.timeline',
    options: byRelease,
    run: async ({ client, output }, { release }) => {
      const events = await (await client()).releases.timeline({ release })
      output.answer(events, (paint) => timelineTable(paint, events))
    },
  })
}

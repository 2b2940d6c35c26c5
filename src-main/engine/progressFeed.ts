import type { Progress } from '../../src-preload/contract/releases.ts'

/**
 * Runs `work` and yields what it pushes, then ends, or throws what it threw. A reader that leaves early does not stop
 * the work: a run that has begun is finished, or aborted on purpose.
 */
export function follow(work: (push: (progress: Progress) => void) => Promise<void>): AsyncIterable<Progress> {
  let reading = true
  return new ReadableStream<Progress>({
    start(controller) {
      const push = (progress: Progress) => {
        if (reading) controller.enqueue(progress)
      }
      work(push).then(
        () => {
          if (reading) controller.close()
        },
        (error: unknown) => {
          if (reading) controller.error(error)
        },
      )
    },
    cancel() {
      reading = false
    },
  })
}

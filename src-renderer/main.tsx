import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './frame/App.tsx'
import { Gate } from './frame/Gate.tsx'
import { Shell } from './frame/Shell.tsx'
import { usePreferences } from './state/preferences.ts'
import { client, speakThrough } from './transport/client.ts'
import { followChanges } from './transport/live.ts'
import { createQueries } from './transport/queries.ts'
import { checkAgain, enter, tokenOf } from './transport/session.ts'
import { contractAddress, contractSocket, socketLink } from './transport/socket.ts'
import { speak } from './words/words.ts'

const queries = createQueries()
const socket = contractSocket(contractAddress(window.location))
speakThrough(socketLink(socket))
// A closed socket may mean a server that was started anew: then this browser needs a new link.
socket.addEventListener('close', () => {
  void checkAgain().then((session) => {
    if (session === 'no_session') socket.close()
  })
})

let following = false

async function begin(): Promise<void> {
  if ((await enter(window)) !== 'entered') return
  socket.reconnect()
  if (following) return
  following = true
  await followChanges({ client, queries, signal: new AbortController().signal })
}

// A fresh link that is opened in a tab that is here already changes the part behind the # and loads nothing.
window.addEventListener('hashchange', () => {
  if (tokenOf(window.location.hash) !== null) void begin()
})

const root = document.getElementById('root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App queries={queries}>
        <Gate>
          <Shell />
        </Gate>
      </App>
    </StrictMode>,
  )
}
void speak(usePreferences.getState().language).then(begin)

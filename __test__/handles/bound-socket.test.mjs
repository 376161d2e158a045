import net from 'node:net'
import test from 'ava'
import { both } from '../helpers/cases.mjs'
import { Inbox } from '../helpers/inbox.mjs'

if (net.BoundSocket === undefined) {
  test('this version of Node has no net.BoundSocket', (t) => t.is(net.BoundSocket, undefined))
} else {
  both('a bound socket moves to the child', async (t, { fork }) => {
    const child = fork('listen-on-bound-socket.cjs')
    const socket = new net.BoundSocket({ host: '127.0.0.1', port: 0 })
    const { port } = socket.address()
    child.send('bound', socket)
    t.deepEqual(await new Inbox(child).next(), { name: 'BoundSocket', port })
  })
}

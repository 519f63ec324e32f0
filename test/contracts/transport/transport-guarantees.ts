/** One thing every transport promises, and why the gateway relies on it. */
export interface Guarantee {
  readonly promise: string
  readonly because: string
}

/** Everything `transportContract` checks, by number. */
export const TRANSPORT_GUARANTEES = {
  '1.1': {
    promise: 'a socket is opened once, then received any number of times, then closed once',
    because: 'the application keeps one record per connection and must neither leak nor lose it',
  },
  '1.2': {
    promise: 'a handler that closes or aborts from inside opened or received still sees closed exactly once',
    because: 'refusing a client in its first message is the ordinary way to refuse it',
  },
  '1.3': {
    promise: 'nothing on a closed connection throws, send answers dropped and queuedBytes is 0',
    because: 'events are sent by code that cannot know who left a moment ago',
  },
  '1.4': {
    promise: 'nothing is received after the application closed or aborted the connection',
    because: 'a client that was told to go must not be able to do one thing more',
  },
  '1.5': {
    promise: 'the code and reason of close reach the client, behind everything that was sent before',
    because: 'an error is explained in a message first and in the closure second',
  },
  '1.6': {
    promise: 'the code and reason a client closes with reach closed',
    because: 'operators look for them in the log',
  },
  '1.7': {
    promise: 'abort ends the client with 1006, and a client that vanishes is closed with 1006',
    because: 'an end without a word must look the same from both sides',
  },
  '1.8': {
    promise: 'a client that closes without a code is closed with 1005',
    because: 'an absent code is different from a lost connection',
  },
  '1.9': {
    promise: 'ids of connections differ, and the peer is known from the first moment and for ever',
    because: 'presence and logs name clients long after they left',
  },
  '1.10': {
    promise: 'after closed nothing is told about a connection any more, neither drained nor received',
    because: 'what the application kept for the connection is gone by then',
  },
  '2.1': {
    promise: 'thousands of messages arrive whole and in order, both ways',
    because: 'the protocol numbers its events and treats a gap as a loss',
  },
  '2.2': {
    promise: 'text arrives as text and binary as bytes, empty and non-ASCII ones included, both ways',
    because: 'frames are text and files are binary; neither may be guessed',
  },
  '2.3': {
    promise: 'received bytes belong to the receiver and stay as they were',
    because: 'handlers keep them beyond the callback',
  },
  '2.4': {
    promise: 'a sender may reuse its bytes as soon as send or publish returns',
    because: 'a queue must not see what is written into the buffer afterwards',
  },
  '2.5': {
    promise: 'large messages arrive unharmed both ways',
    because: 'attachments come close to the message limit',
  },
  '2.6': {
    promise:
      'a message over maxMessageBytes ends the connection with 1009 and is not received; one of just that size is',
    because: 'a client must not be able to fill the memory of the process',
  },
  '2.7': {
    promise: 'a text message that is not UTF-8 is not received and ends the connection, with 1007 or 1006 as declared',
    because: 'text that was repaired is not what the client meant',
  },
  '3.1': {
    promise: 'for a client that does not read, send says buffered and queuedBytes tells how much is kept',
    because: 'parting from slow clients is a policy that reads these',
  },
  '3.2': {
    promise: 'when a slow client reads again it gets everything in order, queuedBytes falls to 0 and drained comes',
    because: 'slowness alone must lose nothing',
  },
  '3.3': {
    promise: 'above queueCeilingBytes the connection is aborted, closed once, and everything later is dropped',
    because: 'clients that never read must not grow the process without bound',
  },
  '3.4': {
    promise: 'a client that was cut off has got a prefix of what was meant for it, without holes',
    because: 'a gap in the numbers must always mean a lost connection',
  },
  '3.5': {
    promise: 'publish counts against the same ceiling',
    because: 'fan-out is where the bytes come from',
  },
  '4.1': {
    promise: 'publish reaches exactly those who joined the topic and have not left it',
    because: 'topics are audiences, and audiences are permissions',
  },
  '4.2': {
    promise: 'joining twice delivers once; leaving and leaving again is harmless',
    because: 'audiences are recomputed, not diffed',
  },
  '4.3': {
    promise: 'leave takes effect at once, and what was published before it still arrives',
    because: 'rights end the moment they are taken away',
  },
  '4.4': {
    promise: 'publish and send towards one client keep their order',
    because: 'a reply and the events around it tell one story',
  },
  '4.5': {
    promise: 'a closed connection is in no topic, and publishing to nobody is harmless',
    because: 'the last client of a topic leaves without telling the publisher',
  },
  '5.1': {
    promise: 'method, URL, query and headers reach fetch as they were sent, repeated headers joined',
    because: 'routing and signatures depend on them',
  },
  '5.2': {
    promise: 'status, headers and body reach the client, and each Set-Cookie stays a header of its own',
    because: 'cookies cannot be joined with commas',
  },
  '5.3': {
    promise: 'HEAD, 204 and 304 are answered without a body, and the connection stays usable',
    because: 'a stray byte would be read as the next response',
  },
  '5.4': {
    promise: 'a request body streams in: fetch reads the first part before the last one was sent',
    because: 'uploads are larger than memory',
  },
  '5.5': {
    promise: 'a request body is pulled: a handler that does not read makes the client wait',
    because: 'an upload must not be collected in memory',
  },
  '5.6': {
    promise: 'a response body streams out: each part arrives while the stream is open',
    because: 'server-sent events are answers that never end',
  },
  '5.7': {
    promise: 'the headers of a streaming response arrive before its first part',
    because: 'an event source counts as open once it has the headers',
  },
  '5.8': {
    promise: 'a response body is pulled at the pace of the client',
    because: 'a stalled download must not be collected in memory',
  },
  '5.9': {
    promise: 'big bodies arrive unharmed both ways',
    because: 'media passes through the gateway',
  },
  '5.10': {
    promise: 'a client that goes away while fetch works aborts request.signal',
    because: 'an agent run nobody waits for costs money',
  },
  '5.11': {
    promise: 'a client that goes away during the response aborts request.signal and cancels the body',
    because: 'producers of endless streams must learn that nobody listens',
  },
  '5.12': {
    promise: 'an answer before the request body was read leaves the listener well',
    because: 'refusing an upload early is good manners',
  },
  '5.13': {
    promise: 'request.signal does not abort when all went well',
    because: 'work that goes on after the answer must not be called off',
  },
  '5.14': {
    promise: 'a handler that stops reading a long upload and answers 413 gets its answer through',
    because: 'a client that only sees a broken connection tries the same again',
  },
  '5.15': {
    promise: 'one connection carries one request after the other, and ends when the client asks for it',
    because: 'a handshake per request is what most of the waiting is made of',
  },
  '5.16': {
    promise: 'requests sent before the last answer are answered in order or end the connection, as declared',
    because: 'an answer that belongs to another request is worse than none',
  },
  '5.17': {
    promise:
      'a head up to maxHeadBytes is understood; a far longer one never reaches fetch and is answered as declared',
    because: 'headers are held in memory before anybody knows who sends them',
  },
  '5.18': {
    promise: 'methods, statuses and Allow pass as they are: OPTIONS, HEAD, 404, 405',
    because: 'the routes decide what a method means, not the transport',
  },
  '5.19': {
    promise: 'what is not HTTP never reaches fetch and harms nobody',
    because: 'anybody can open a connection and say anything',
  },
  '6.1': {
    promise: 'admit sees path and headers of the upgrade, and accept lets it in',
    because: 'the Host and Origin of a browser are judged before anything is opened',
  },
  '6.2': {
    promise: 'an upgrade that admit refuses gets the status, headers and body of the response and is never opened',
    because: 'a refusal must tell a person what to change',
  },
  '6.3': {
    promise: 'the peer address is the plain one: 127.0.0.1, also through a listener on all addresses',
    because: 'rate limits and loopback rules compare addresses',
  },
  '6.4': {
    promise: 'the peer address over IPv6 is ::1',
    because: 'the loopback rule must hold in both families',
  },
  '6.5': {
    promise: 'the peer address over a Unix domain socket is empty and the port 0',
    because: 'an invented address would pass for a real one',
  },
  '6.6': {
    promise:
      'a PROXY protocol header tells an address nobody behind it can replace, or none, as declared; without one there is none',
    because: 'an address that the client itself chose opens doors and dodges lockouts',
  },
  '7.1': {
    promise: 'a throwing or rejecting fetch becomes a 500, tells failed, and the listener lives',
    because: 'a mistake in one route must not end the process',
  },
  '7.2': {
    promise: 'a throwing opened or received closes that connection with 1011, tells failed, and the listener lives',
    because: 'a mistake in one method must not end the process',
  },
  '7.3': {
    promise: 'throwing drained and closed handlers tell failed and harm nobody',
    because: 'clean-up code fails too',
  },
  '7.4': {
    promise: 'a throwing admit refuses with 500 and the listener lives',
    because: 'in doubt nobody comes in',
  },
  '7.5': {
    promise: 'a response body that breaks cuts the response instead of ending it well',
    because: 'half a file must not look like a whole one',
  },
  '7.6': {
    promise: 'no text of an error reaches the client',
    because: 'error texts carry paths and worse',
  },
  '8.1': {
    promise: 'the listener tells the real ports; endpoints that ask for a free one share it',
    because: 'clients are told one port for both address families',
  },
  '8.2': {
    promise: 'a taken address is refused with EADDRINUSE, and the first listener goes on',
    because: 'a second gateway must not steal clients of the first',
  },
  '8.3': {
    promise: 'of two that listen on one address at the same moment exactly one wins',
    because: 'two gateways are started by mistake at the same moment',
  },
  '8.4': {
    promise: 'a foreign address is refused with EADDRNOTAVAIL',
    because: 'the advice is different from that for a busy port',
  },
  '8.5': {
    promise: 'a forbidden port is refused with EACCES',
    because: 'the advice is different from that for a busy port',
  },
  '8.6': {
    promise: 'listen is all endpoints or none',
    because: 'half a gateway is worse than a clear refusal',
  },
  '8.7': {
    promise:
      'with a certificate HTTPS and WSS work; an unusable certificate, or TLS not supported, is a failure named TLS',
    because: 'a gateway asked to encrypt must never serve plain text',
  },
  '8.8': {
    promise:
      'on a path clients are served as on a port, by one listener only; without support it is a failure named UNIX',
    because: 'a proxy on the same machine needs no port',
  },
  '8.9': {
    promise:
      'the file of a Unix domain socket has mode 600, goes with stop, is taken over once nobody answers, by one only',
    because: 'a crash must not keep the gateway from starting, nor a start take a living one off the air',
  },
  '8.10': {
    promise: 'renewTls shows newcomers the new certificate and drops nobody, or is absent, as declared',
    because: 'certificates are renewed every few weeks, connections last longer',
  },
  '8.11': {
    promise: 'IPv6 is listened on or refused with EADDRNOTAVAIL, as declared',
    because: 'clients try the IPv6 loopback address first',
  },
  '8.12': {
    promise: 'with client authorities nobody without a certificate is served, or listening is a failure named TLS',
    because: 'who asks for certificates counts on nobody else getting as far as the login',
  },
  '9.1': {
    promise: 'before serve HTTP gets 503; sockets wait and are opened once somebody serves',
    because: 'clients that come while the gateway starts must not fail',
  },
  '9.2': {
    promise: 'what a client sent while it waited is received after opened, in order',
    because: 'a client need not know that the gateway was starting',
  },
  '9.3': {
    promise: 'a waiting socket that leaves, or that the new events refuse, is never opened',
    because: 'nobody should be greeted who is not there or not welcome',
  },
  '9.4': {
    promise: 'after a second serve newcomers go to the new events, open connections stay with the old ones',
    because: 'an instance that is being replaced finishes its own conversations',
  },
  '9.5': {
    promise: 'suspend brings back the state before serve, open connections keep working',
    because: 'a restart in process keeps the port and says farewell properly',
  },
  '9.6': {
    promise: 'publish, suspend and drain before anybody serves are harmless, and those who wait keep waiting',
    because: 'a start that is called off ends what it never began',
  },
  '10.1': {
    promise: 'drain ends all connections with code and reason, and each is closed once when it resolves',
    because: 'clients reconnect at once when they are told 1012',
  },
  '10.2': {
    promise: 'drain lets requests in flight finish',
    because: 'a restart should not break an answer under way',
  },
  '10.3': {
    promise: 'the deadline cuts what drain waits for: stalled clients and endless responses',
    because: 'stopping must end some time',
  },
  '10.4': {
    promise: 'drain suspends and keeps the port, and serving again works',
    because: 'a restart in process has no moment without a listener',
  },
  '10.5': {
    promise: 'after stop nothing is open: clients are cut, closed once, nobody can connect',
    because: 'the process should be able to exit',
  },
  '10.6': {
    promise: 'after stop the same address can be listened on again at once, several times',
    because: 'start-up that fails late is tried again in the same process',
  },
  '10.7': {
    promise: 'publish, serve, suspend, drain and stop are harmless after stop',
    because: 'shutdown runs from several causes at once',
  },
  '10.8': {
    promise: 'stop aborts the signal of requests in flight and cancels their bodies',
    because: 'work for a client that was cut should end',
  },
  '10.9': {
    promise: 'drain concerns those who were there when it began, not those a later serve lets in',
    because: 'the next instance may start while the last one says farewell',
  },
  '10.10': {
    promise: 'a slow client that reads within the grace gets all that was queued, then the closure',
    because: 'a farewell in the middle of a message is none',
  },
  '11.1': {
    promise: 'under random traffic every client gets a prefix of what was meant for it, in order, and is closed once',
    because: 'real clients do everything at the same time',
  },
} as const satisfies Record<string, Guarantee>

/** A guarantee by its number. */
export type TransportGuaranteeId = keyof typeof TRANSPORT_GUARANTEES

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { IpaddrAddresses } from '../../../src/adapters/addresses-ipaddr/ipaddr-addresses.js'
import { KnockLimit, type KnockTicket } from '../../../src/application/access/knock-limit.js'

const parts = { addresses: new IpaddrAddresses() }

describe('KnockLimit', () => {
  it('limits a household, and lets the next one in when one leaves', () => {
    const limit = new KnockLimit(parts, { perHousehold: 2, inAll: 10 })
    const first = limit.enter('2001:db8::1')
    expect(limit.enter('2001:db8::2')).not.toBeNull()
    expect(limit.enter('2001:DB8:0:0:ffff::3')).toBeNull()
    expect(limit.enter('2001:db8:0:1::3')).not.toBeNull()
    first?.leave()
    first?.leave()
    expect(limit.enter('2001:db8::4')).not.toBeNull()
    expect(limit.enter('2001:db8::5')).toBeNull()
  })

  it('limits all together', () => {
    const limit = new KnockLimit(parts, { perHousehold: 2, inAll: 3 })
    const tickets = [1, 2, 3, 4].map((nr) => limit.enter(`192.0.2.${nr}`))
    expect(tickets.map((ticket) => ticket !== null)).toEqual([true, true, true, false])
    expect([limit.count, limit.householdCount]).toEqual([3, 3])
  })

  it('takes a mapped address for what it is', () => {
    const limit = new KnockLimit(parts, { perHousehold: 1, inAll: 3 })
    expect(limit.enter('::ffff:192.0.2.1')).not.toBeNull()
    expect(limit.enter('192.0.2.1')).toBeNull()
  })

  it('neither limits nor counts whoever is exempt', () => {
    const limit = new KnockLimit(parts, { perHousehold: 1, inAll: 1 }, (address) => address === '')
    for (let nr = 0; nr < 5; nr += 1) limit.enter('')?.leave()
    expect([limit.enter(''), limit.enter('')]).not.toContain(null)
    expect(limit.count).toBe(0)
    expect(limit.enter('192.0.2.1')).not.toBeNull()
  })

  it('has room for 128 of a household and 4096 in all by default', () => {
    const limit = new KnockLimit(parts)
    const entered = (address: string, times: number) =>
      Array.from({ length: times }, () => limit.enter(address)).filter((ticket) => ticket !== null).length
    expect(entered('192.0.2.1', 200)).toBe(128)
    for (let nr = 2; nr <= 60; nr += 1) entered(`192.0.2.${nr}`, 128)
    expect(limit.count).toBe(4_096)
  })

  it('never leaks, and never counts anybody twice', () => {
    const step = fc.oneof(
      fc.record({ enter: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:db8::2', 'foreign', '') }),
      fc.record({ leave: fc.nat(12) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (sequence) => {
        const limit = new KnockLimit(parts, { perHousehold: 3, inAll: 7 })
        const inside: { readonly household: string; readonly ticket: KnockTicket }[] = []
        const left: KnockTicket[] = []
        for (const now of sequence) {
          if ('enter' in now) {
            const household = parts.addresses.household(now.enter)
            const ofHousehold = inside.filter((each) => each.household === household).length
            const ticket = limit.enter(now.enter)
            expect(ticket !== null).toBe(ofHousehold < 3 && inside.length < 7)
            if (ticket !== null) inside.push({ household, ticket })
          } else {
            for (const { ticket } of inside.splice(now.leave, 1)) {
              ticket.leave()
              left.push(ticket)
            }
            left.at(now.leave)?.leave()
          }
          expect(limit.count).toBe(inside.length)
          expect(limit.householdCount).toBe(new Set(inside.map(({ household }) => household)).size)
        }
        for (const { ticket } of inside) ticket.leave()
        expect([limit.count, limit.householdCount]).toEqual([0, 0])
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { blind, cureOf, groupsOf, obstacleOf, portions, sameRow, summary } from './groups'
import { service } from './sample'

const EVERYTHING = { text: '', unmanaged: true }

const shop = {
  name: 'shop',
  kind: 'compose',
  services: [
    service({ name: 'api', managed: false, unscalable: 'has the fixed name api' }),
    service({ name: 'job', managed: false }),
    service({ name: 'web' }),
  ],
}
const blog = {
  name: 'blog',
  kind: 'compose',
  services: [service({ project: 'blog', name: 'site', managed: false })],
}

const names = (shown: Parameters<typeof groupsOf>[1]) =>
  groupsOf([blog, shop], shown).map((group) => [group.name, ...group.services.map((one) => one.name)])

describe('the fleet in groups', () => {
  it('has what is managed first, then what can be', () =>
    expect(names(EVERYTHING)).toEqual([
      ['shop', 'web', 'job', 'api'],
      ['blog', 'site'],
    ]))

  it('says how many it does not show', () => {
    expect(names({ text: '', unmanaged: false })).toEqual([['shop', 'web'], ['blog']])
    expect(groupsOf([blog], { text: '', unmanaged: false })[0]?.hidden).toBe(1)
  })

  it('finds by service and by project', () => {
    expect(names({ text: ' SIT', unmanaged: true })).toEqual([['blog', 'site']])
    expect(names({ text: 'shop', unmanaged: true })).toEqual([['shop', 'web', 'job', 'api']])
    expect(names({ text: 'nothing', unmanaged: true })).toEqual([])
  })

  it('is cut where no more are wanted', () => {
    const groups = groupsOf([blog, shop], EVERYTHING)
    expect(portions(groups, 2)).toEqual([2, 0])
    expect(portions(groups, 9)).toEqual([3, 1])
  })

  it('is summed up', () =>
    expect(summary([...shop.services, ...blog.services], 2)).toBe('4 services in 2 projects, 1 managed'))
})

describe('a row', () => {
  const one = service({})
  it.each([
    ['the next check', { next_check_s: 1 }, true],
    ['a number nobody shows', { metrics: { ...one.metrics, 'memory.avg': 9 } }, true],
    ['a decimal nobody sees', { metrics: { 'cpu.avg': 50.01 } }, true],
    ['its number', { metrics: { 'cpu.avg': 51 } }, false],
    ['replicas', { replicas: 3 }, false],
    ['the reason', { reason: 'other' }, false],
    ['the last decision', { last: { id: 2, at: '', text: '' } }, false],
  ])('by %s', (_, change, same) => expect(sameRow(one, service(change))).toBe(same))
})

describe('what needs a person', () => {
  it('is no start that ends by itself, but one that does not', () => {
    const lost = service({ state: 'blind', reason: 'no signal to go by: queue.backlog (connection refused)' })
    const starting = service({ name: 'x', state: 'blind', reason: '2 replicas still starting, none ready' })
    const fleet = [
      lost,
      starting,
      service({ name: 'y' }),
      service({ name: 'z', state: 'blind', managed: false }),
    ]
    const since = new Map<string, number>()
    expect(blind(fleet, since, 0)).toEqual([lost])
    expect(blind(fleet, since, 59_000)).toEqual([lost])
    expect(blind(fleet, since, 60_000)).toEqual([lost, starting])
    expect(blind([lost], since, 70_000)).toEqual([lost])
    expect(blind(fleet, since, 80_000)).toEqual([lost])
  })

  it('has its cure where there is one', () => {
    const port = service({
      unscalable:
        'shop/db publishes host port 5432, which only one replica can have: `docktor make-scalable shop/db` writes the override that cures it',
      name: 'db',
    })
    expect(cureOf(port)).toBe('docktor make-scalable db')
    expect(obstacleOf(port)).toBe('It publishes host port 5432, which only one replica can have')
    expect(
      cureOf(service({ unscalable: 'shop/x is Docktor itself, which does not scale itself' })),
    ).toBeNull()
    expect(cureOf(service({}))).toBeNull()
  })
})

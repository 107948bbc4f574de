/** Names for what the API answers; the shapes are generated. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Service = Schemas['ServiceView']
export type Project = Schemas['ProjectView']
export type Detail = Schemas['ServiceDetail']
export type Similar = Schemas['Similar']
export type Decision = Schemas['Decision']
export type Approval = Schemas['ApprovalView']
export type Series = Schemas['Series']
export type Health = Schemas['HealthView']
export type Models = Schemas['ModelsView']
export type ModelTest = Schemas['ModelTest']
export type Override = Schemas['OverrideView']
export type Provider = Schemas['ProviderView']
export type SourceTest = Schemas['SourceTest']
export type LogEvent = Schemas['LogEvent']
export type EventPage = Schemas['EventPage']
export type Session = Schemas['SessionView']
export type Glanced = Schemas['Glance']
export type LastDecision = Schemas['LastView']
export type Replay = Schemas['ReplayView']
export type ReplaySide = Schemas['ReplayedView']
export type RulesCheck = Schemas['RulesCheck']
/** What is wrong in an entry, and where; a fault in a file has its line too. */
export type RuleFault = Schemas['RuleFault']

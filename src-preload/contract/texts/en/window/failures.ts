/** What to do next after a failure, where the window has buttons and the shared hint names a command. */
export const windowFailureTexts = {
  'window.hint.preview_required': 'Look at the plan first, then ask for it.',
  'window.hint.preview_expired': 'Plan it again and read the new plan.',
  'window.hint.preview_mismatch': 'Read the current plan, or plan again.',
  'window.hint.release_not_found': 'Look for it in the list of releases.',
  'window.hint.release_state_invalid': 'It has moved on meanwhile: look at where it stands now.',
  'window.hint.release_state_invalid.not_due': 'Its start rule says when: not before {{start_due_at}}.',
  'window.hint.drift_detected': 'Plan again over what runs now.',
  'window.hint.digest_mismatch':
    'Do not apply it. Tell an administrator, have the record checked, and plan again.',
  'window.hint.apply_failed': 'Read what was found on the page of the release.',
  'window.hint.verify_failed': 'Read what was found on the page of the release; it can go back from there.',
  'window.hint.rollback_failed': 'Read what was found on the page of the release.',
  'window.hint.rollback_source_invalid': 'Choose a release that was applied to this target.',
  'window.hint.strategy_invalid': 'Correct it in pilothouse.yaml and apply the file again.',
  'window.hint.strategy_unsupported': 'Use rolling.',
  'window.hint.target_locked': 'Wait until they are done, then try again; the target’s page shows who it is.',
  'window.hint.target_frozen': 'Wait until {{until}}, or ask who declared the freeze: {{reason}}',
  'window.hint.lease_lost': 'The page of the release shows who carries it out now.',
  'window.hint.aborted': 'See how far it got; it can be tried again from its page.',
  'window.hint.variable_missing': 'Fill them in, then plan again.',
  'window.hint.approval_required': 'Its ticket shows who may decide.',
  'window.hint.ticket_not_found': 'Look for it in the inbox, under all tickets.',
  'window.hint.ticket_superseded': 'Look in the inbox for the ticket of the newer plan.',
  'window.hint.ticket_scope_mismatch': 'Look at the ticket to see what it is about.',
  'window.hint.self_approval_denied': 'Ask one of the people whom the ticket names.',
  'window.hint.decision_stale': 'Read what it says now, then decide on that.',
  'window.hint.comment_required': 'Write the comment, then decide.',
  'window.hint.permission_denied':
    'These people can grant it: {{grantors}}. The page Access shows what you may do.',
  'window.hint.project_scope_denied': 'The page Access shows what you may do; an administrator can widen it.',
  'window.hint.identity_unknown': 'An administrator has to add this login as a member.',
  'window.hint.ssh_unreachable': 'Check address, port and network, then look at the target again.',
  'window.hint.ssh_auth_failed': 'Check the user, and which keys this profile offers to hosts.',
  'window.hint.ssh_host_key_unknown':
    'Compare {{actual}} on the host itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub); only when it is the same, write it as host_key of {{target}}.',
  'window.hint.compose_up_failed': 'Read what was found on the page of the release.',
  'window.hint.compose_unhealthy':
    'Read what was found on the page of the release; it can go back from there.',
  'window.hint.validation_error': 'Correct what is listed.',
  'window.hint.not_found': 'Check the name; the lists show what you may see.',
  'window.hint.conflict': 'Look at it again, then repeat.',
  'window.hint.offline': 'Wait until the window is connected again. Nothing was sent.',
  'window.hint.offline.unanswered':
    'The connection was lost before the answer came. Look at whether it was done before you repeat it.',
  'window.hint.ledger_unavailable': 'The program behind this page tries again by itself.',
  'window.hint.keystore_unavailable.give_again':
    'The key that sealed {{variable}} is gone. Plan again and give the value anew.',
  'window.hint.keystore_unavailable.not_shared':
    'Nobody has shared this target’s key with you yet. Ask somebody who releases there to look at the target once.',
  'window.hint.keystore_unavailable.sealed':
    'It was not sealed to this desktop. Somebody who can read it has to look at the target once.',
  'window.hint.internal_error':
    'This is a defect of Pilothouse. Please report what you did and what this says.',
} as const

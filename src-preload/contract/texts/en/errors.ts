/** What happened (`error.<code>`) and what to do next (`hint.<code>`), for every code of the closed set. */
export const errorTexts = {
  'error.preview_required': 'Applying needs the plan that you have seen, and none was named.',
  'hint.preview_required':
    'Look at the plan and name it: pilothouse release plan {{release}}, then pilothouse release apply {{release}} --preview <preview_ref>',
  'error.preview_expired': 'The plan is too old: it held until {{expired_at}}.',
  'hint.preview_expired':
    'Plan again: pilothouse release preview {{service}} --target {{target}} --release {{release}}',
  'error.preview_mismatch':
    'The plan that you named is not what would be applied now; it differs in: {{differs}}.',
  'hint.preview_mismatch':
    'Look at the current plan with pilothouse release plan {{release}}, or plan again with pilothouse release preview {{service}} --target {{target}} --release {{release}}',
  'error.release_not_found': 'There is no such release, or you may not see it.',
  'hint.release_not_found': 'List what you may see: pilothouse release list',
  'error.release_state_invalid': 'A release that is {{state}} can not do this: {{command}}.',
  'hint.release_state_invalid': 'See where it stands: pilothouse release status {{release}}',
  'hint.release_state_invalid.not_due':
    'Its rule lets it start at {{start_due_at}}, not earlier. See pilothouse release status {{release}}',
  'error.drift_detected': 'The target is no longer as planned; changed meanwhile: {{objects}}.',
  'hint.drift_detected':
    'Plan again over what runs now: pilothouse release preview {{service}} --target {{target}} --release {{release}}',
  'error.digest_mismatch':
    'The stored document is not the approved one: expected {{expected}}, found {{actual}}.',
  'hint.digest_mismatch':
    'Do not apply it. Check the record with pilothouse audit verify, tell an administrator, and plan again.',
  'error.apply_failed': 'A step of the release failed on the target.',
  'hint.apply_failed': 'Read what was found: pilothouse release diagnose {{release}}',
  'error.verify_failed': 'Everything was applied, but what runs now did not pass verification.',
  'hint.verify_failed':
    'Read what was found with pilothouse release diagnose {{release}}, go back with pilothouse release rollback {{release}}',
  'error.rollback_failed': 'Going back did not succeed.',
  'hint.rollback_failed': 'Read what was found: pilothouse release diagnose {{release}}',
  'error.rollback_source_invalid': 'There is no applied document to go back to.',
  'hint.rollback_source_invalid':
    'Choose a release that was applied to this target: pilothouse release list --state applied',
  'hint.rollback_source_invalid.nothing_before':
    'Nothing was applied to that target before this release. Correct it forward with a new release.',
  'error.strategy_invalid': 'The strategy is not set up in a way that can work.',
  'hint.strategy_invalid': 'Correct it in pilothouse.yaml: pilothouse config diff -f pilothouse.yaml',
  'error.strategy_unsupported': 'This target can not be released to with that strategy.',
  'hint.strategy_unsupported':
    'Use rolling: pilothouse release preview {{service}} --target {{target}} --strategy rolling',
  'error.target_locked': 'Somebody else is working on the target: {{holder}}.',
  'hint.target_locked': 'Wait until they are done and try again: pilothouse target show {{target}}',
  'error.target_frozen': 'Nothing may be released to {{stage}} until {{until}}: {{reason}}',
  'hint.target_frozen':
    'Wait for the end of the freeze, or ask for it to be lifted: pilothouse access freezes, then pilothouse access change lift-freeze --freeze <id>',
  'error.lease_lost': 'Another desktop took this release over; this one has stopped.',
  'hint.lease_lost': 'See who carries it out: pilothouse release status {{release}}',
  'error.aborted': 'The release was stopped by a person before it was done.',
  'hint.aborted':
    'See how far it got with pilothouse release steps {{release}}; try again with pilothouse release apply {{release}}',
  'error.render_failed': 'The service could not be rendered into a document.',
  'hint.render_failed': 'Correct its source and plan again.',
  'error.variable_missing': 'The service needs variables that were not given: {{variables}}.',
  'hint.variable_missing': 'Give them: --set NAME=value, or --secret NAME=env:VARIABLE for a secret one.',
  'error.tool_missing': 'A program that is needed here is not installed.',
  'hint.tool_missing': 'Install it, or make sure that it is found on the PATH.',
  'error.document_too_large': 'The document is too large: {{bytes}} bytes, where {{cap}} are allowed.',
  'hint.document_too_large': 'Move large files out of the configuration, for instance into the image.',

  'error.approval_required': 'Another person has to approve this first.',
  'hint.approval_required': 'See who may: pilothouse inbox show {{release}}',
  'error.ticket_not_found': 'There is no such ticket, or you may not see it.',
  'hint.ticket_not_found': 'List what waits: pilothouse inbox list --view all',
  'error.ticket_expired': 'The ticket ran out before it was decided.',
  'hint.ticket_expired': 'Plan the release again and ask anew.',
  'error.ticket_superseded': 'The release was planned again; this ticket no longer counts.',
  'hint.ticket_superseded': 'Look for the ticket of the newer plan: pilothouse inbox list',
  'error.ticket_scope_mismatch': 'The ticket belongs to something else.',
  'hint.ticket_scope_mismatch': 'Look at what it is about: pilothouse inbox show {{ticket}}',
  'error.self_approval_denied': 'Who asked for something can not approve it, under any login.',
  'hint.self_approval_denied': 'Ask one of the people named here: pilothouse inbox show {{ticket}}',
  'error.decision_stale': 'What you looked at has changed since; nothing was decided.',
  'hint.decision_stale': 'Read it again and decide on what it says now: pilothouse inbox show {{ticket}}',
  'error.comment_required': 'This decision needs a comment that says why.',
  'hint.comment_required': 'Add it: --comment "…"',

  'error.permission_denied': 'You lack the permission {{permission}}.',
  'hint.permission_denied': 'These people can grant it: {{grantors}}',
  'hint.permission_denied.login':
    'The ledger refused the login. Check the profile with pilothouse profile show',
  'hint.permission_denied.ledger_administrator':
    'Use a database login that may create roles and owns the database: --url postgres://<admin>@<host>/<database>',
  'error.project_scope_denied': 'You do not work on this project.',
  'hint.project_scope_denied':
    'See what you may do with pilothouse member me; an administrator can widen it.',
  'error.agent_not_allowed': 'An agent may propose, and never decide.',
  'hint.agent_not_allowed': 'Let a person do it under their own login.',
  'error.identity_unknown': 'The ledger does not know this login as a member.',
  'hint.identity_unknown':
    'An administrator adds members: pilothouse member add <login> --person "Full Name"',

  'error.ssh_unreachable': 'The host does not answer over SSH.',
  'hint.ssh_unreachable': 'Check address, port and network, then try: pilothouse target observe {{target}}',
  'error.ssh_auth_failed': 'The host refused the login.',
  'hint.ssh_auth_failed':
    'Check user and key; see which keys this profile offers with pilothouse profile show',
  'error.ssh_host_key_mismatch':
    'The host shows another key than the pinned one: expected {{expected}}, got {{actual}}.',
  'hint.ssh_host_key_mismatch':
    'Do not go on until you know why. Compare on the host itself with ssh-keygen -lf; only then pin the new key in pilothouse.yaml.',
  'error.ssh_host_key_unknown': 'No key is pinned for this host; it showed {{actual}}.',
  'hint.ssh_host_key_unknown':
    'Compare it on the host itself with ssh-keygen -lf, then write it as host_key into pilothouse.yaml.',

  'error.manifest_missing': 'The bundle has no manifest.',
  'hint.manifest_missing': 'Name the folder that holds manifest.yaml.',
  'error.manifest_invalid': 'The bundle’s manifest can not be read.',
  'hint.manifest_invalid': 'Get the bundle again from where it was made.',
  'error.artifact_missing': 'The bundle lacks a file that its manifest names.',
  'hint.artifact_missing': 'Get the bundle again, whole, from where it was made.',
  'error.artifact_checksum_mismatch': 'A file of the bundle is not what its manifest says.',
  'hint.artifact_checksum_mismatch': 'Do not use it. Get the bundle again from where it was made.',
  'error.artifact_version_unsupported': 'The bundle is of a version that this Pilothouse does not know.',
  'hint.artifact_version_unsupported': 'Update Pilothouse, or take a bundle of an earlier version.',
  'error.signature_invalid': 'The signature does not belong to this content.',
  'hint.signature_invalid': 'Do not use it. Get it again from where it was made.',
  'error.hook_missing': 'A script that a step needs is not in the bundle.',
  'hint.hook_missing': 'Get the bundle again, whole, from where it was made.',
  'error.hook_failed': 'A script of a step failed on the host.',
  'hint.hook_failed': 'Read its output, correct the cause, and resume from the failed step.',
  'error.hook_timeout': 'A script of a step did not end in time.',
  'hint.hook_timeout': 'Look at the host; resume from the step when it is well.',
  'error.preflight_failed': 'The hosts are not ready.',
  'hint.preflight_failed': 'Correct what the table shows as failed, and check again.',
  'error.node_role_invalid': 'A node has a role that it can not have here.',
  'hint.node_role_invalid': 'Correct the roles of the nodes.',
  'error.insufficient_nodes': 'There are too few nodes for this kind of environment.',
  'hint.insufficient_nodes': 'Add nodes, or choose a smaller kind.',
  'error.install_state_invalid': 'The installation is in a state that does not allow this.',
  'hint.install_state_invalid': 'See where it stands first.',

  'error.kubeconfig_invalid': 'The kubeconfig can not be used.',
  'hint.kubeconfig_invalid': 'Try it with kubectl config view, and correct it.',
  'error.kubeconfig_exec_blocked': 'This context would run a program that nobody has allowed.',
  'hint.kubeconfig_exec_blocked': 'Look at the command and allow it once if you trust it.',
  'error.certificate_invalid': 'The certificate is not valid here.',
  'hint.certificate_invalid': 'Check its dates, its names and the authority that signed it.',
  'error.endpoint_invalid': 'The address of the cluster can not be used.',
  'hint.endpoint_invalid': 'Give an https:// address with host and port.',
  'error.cluster_unreachable': 'The cluster does not answer.',
  'hint.cluster_unreachable': 'Check address, network and proxy settings.',
  'error.cluster_identity_changed': 'At this address there is now another cluster than the imported one.',
  'hint.cluster_identity_changed':
    'Do not go on until you know why; import the new one as another connection.',
  'error.cluster_permission_insufficient': 'The credentials of this connection lack rights on the cluster.',
  'hint.cluster_permission_insufficient': 'Ask the cluster’s administrator for the listed rights.',
  'error.rotation_not_allowed': 'These credentials are not ours to rotate.',
  'hint.rotation_not_allowed': 'Rotate them where they were made, and import the connection again.',
  'error.rotation_failed': 'Rotating the credentials failed; the old ones are still in use.',
  'hint.rotation_failed': 'Test the connection, and try again.',

  'error.docker_missing': 'Docker does not answer on the host.',
  'hint.docker_missing':
    'Install and start Docker there, and let the user reach it: docker version must work for that user.',
  'error.compose_missing': 'The host has Docker but no Compose.',
  'hint.compose_missing': 'Install the Compose plugin there: docker compose version must work.',
  'error.compose_config_invalid': 'Compose does not accept the document.',
  'hint.compose_config_invalid': 'Correct the Compose file and plan again.',
  'error.compose_up_failed': 'Compose could not bring the services up.',
  'hint.compose_up_failed': 'Read what was found: pilothouse release diagnose {{release}}',
  'error.compose_unhealthy': 'A service came up and is not healthy.',
  'hint.compose_unhealthy':
    'Read what was found with pilothouse release diagnose {{release}}, go back with pilothouse release rollback {{release}}',
  'error.compose_project_conflict': 'The project’s name is taken on that host by something else.',
  'hint.compose_project_conflict': 'Choose another project name for the target, or remove what uses it.',
  'error.compose_unsafe': 'The document asks for more of the host than this target allows.',
  'hint.compose_unsafe': 'Take it out of the Compose file, or allow it by name under the target’s allow.',

  'error.vip_conflict': 'The virtual address is already in use.',
  'hint.vip_conflict': 'Choose a free address of the same network.',
  'error.vip_unreachable': 'The virtual address does not answer.',
  'hint.vip_unreachable': 'Check keepalived on both entry nodes and the network between them.',
  'error.lvs_missing': 'The host’s kernel has no LVS.',
  'hint.lvs_missing': 'Load ip_vs there, or use the standard network entry.',
  'error.keepalived_config_invalid': 'keepalived does not accept its configuration.',
  'hint.keepalived_config_invalid': 'Correct the network entry’s settings.',
  'error.backend_nodes_invalid': 'The nodes behind the network entry do not fit.',
  'hint.backend_nodes_invalid': 'Name at least one node of this environment, each once.',

  'error.validation_error': 'Something given is not valid.',
  'hint.validation_error': 'Correct what is listed; --help shows what a command takes.',
  'error.not_found': 'There is no such thing, or you may not see it.',
  'hint.not_found': 'Check the name; the list commands show what you may see.',
  'hint.not_found.profile':
    'Make a profile with pilothouse ledger init or pilothouse join <invitation>; see those that exist: pilothouse profile list',
  'error.conflict': 'It is no longer as you saw it, or it exists already.',
  'hint.conflict': 'Look at it again, then repeat the command.',
  'hint.conflict.role_overpowered':
    'A database role of that name exists and may do too much. Take its rights away, or use another server.',
  'hint.conflict.migration_edited':
    'A migration was changed after it had been applied. Use the program that migrated this ledger, unchanged.',
  'hint.conflict.migration_missing':
    'The ledger has a migration that this program lacks. Use the program that migrated it.',
  'hint.conflict.migration_out_of_order':
    'This program has a migration that belongs before one already applied. Use a released version.',
  'hint.conflict.migration_failed':
    'What came before it stays applied. Correct the cause and repeat pilothouse ledger migrate.',
  'error.rate_limited': 'Too many attempts in a short time.',
  'hint.rate_limited': 'Wait a little and try again.',
  'error.offline': 'This needs a connection, and there is none.',
  'hint.offline': 'Try again when the ledger can be reached.',
  'error.ledger_unavailable': 'The ledger does not answer.',
  'hint.ledger_unavailable': 'See what is known of it: pilothouse ledger status',
  'error.ledger_schema_newer': 'The ledger is newer than this Pilothouse.',
  'hint.ledger_schema_newer': 'Update Pilothouse.',
  'error.keystore_unavailable': 'A secret that is needed can not be read on this desktop.',
  'hint.keystore_unavailable':
    'Unlock the keychain. Where secrets are kept in files, each must be readable by you alone (chmod 600).',
  'hint.keystore_unavailable.password':
    'The password of this profile is not known here: join again with a new invitation, pilothouse join <invitation>, or give it as PGPASSWORD.',
  'hint.keystore_unavailable.give_again':
    'The key that sealed {{variable}} is gone. Plan again and give the value: pilothouse release preview <service> --target <target> --secret {{variable}}=env:VARIABLE',
  'hint.keystore_unavailable.not_shared':
    'Nobody has shared this target’s key with you yet. Ask somebody who releases there to open it once: pilothouse target observe {{target}}',
  'hint.keystore_unavailable.sealed':
    'It was not sealed to this desktop. Somebody who can read it has to open the target once: pilothouse target observe {{target}}',
  'error.internal_error': 'Something went wrong that should not: {{problem}}',
  'hint.internal_error':
    'This is a defect of Pilothouse. Repeat the command with PILOTHOUSE_DEBUG=1 and report what it prints.',
} as const

/** Words of the Compose runtime: its checks, steps and findings, and hints that fit its failures more closely. */
export const composeTexts = {
  'check.image_tag_moves':
    '{{service}}: {{image}} names no fixed version, so that another image may answer to it tomorrow',
  'check.no_healthcheck':
    '{{service}}: the document declares no healthcheck, so that running is all that can be verified',
  'check.no_restart_policy':
    '{{service}}: no restart policy; it is not started again after it ends, and an end with code 0 counts as done',
  'check.open_secret':
    '{{service}}: {{variable}} is written in the clear, readable by everybody who may read this release; declare it as a secret variable',
  'check.env_file_inlined': '{{service}}: the values of {{file}} became part of the document',
  'check.file_ignored':
    '{{file}} is not read: a release is rendered from its one Compose file and its variables',
  'check.image_not_pinned':
    '{{image}} could not be resolved to a digest; the id of the image on the host is compared before it starts',
  'check.services_recreated': 'containers are replaced: {{services}}',
  'check.orphans_removed':
    'containers are removed, as the document no longer names their services: {{services}}',
  'check.images_missing': 'not on the host yet, to be pulled: {{images}}',
  'check.volumes_kept': 'no longer named, and kept on the host with their data: {{volumes}}',
  'check.host_docker': 'Docker {{version}} on the host',
  'check.host_compose': 'Compose {{version}} on the host',
  'check.host_compose_v1':
    'Compose {{version}} on the host is version 1, which is no longer maintained: install the Compose plugin',
  'check.host_disk_low': 'only {{free_mib}} MiB are free on the host',
  'check.host_clock_offset': 'the clock of the host is {{seconds}} seconds off',
  'check.host_fence_per_user':
    'the host keeps its fence in {{root}}, for this user alone: another login on that host is not held back',
  'check.host_not_tidied': 'files of earlier releases could not be removed from the host: {{reason}}',
  'check.host_job_running': 'a job is still running on the host: {{job}}',
  'check.service_running': '{{service}} is running',
  'check.service_healthy': '{{service}} is healthy',
  'check.service_done': '{{service}} ended with 0, as it may',
  'check.service_none': '{{service}} is scaled to none',
  'check.service_missing': '{{service}}: {{running}} of {{expected}} containers are there',
  'check.service_starting': '{{service}}: {{container}} is not healthy yet',
  'check.service_created': '{{service}}: {{container}} is created and not started',
  'check.service_restarting': '{{service}}: {{container}} restarts',
  'check.service_paused': '{{service}}: {{container}} is paused',
  'check.service_unknown': '{{service}}: Docker tells no state of {{container}}',
  'check.service_oom': '{{service}}: {{container}} was killed for using too much memory',
  'check.service_exited': '{{service}}: {{container}} ended with exit code {{exit_code}}',
  'check.service_stopped': '{{service}}: {{container}} ended, though it should keep running',
  'check.service_dead': '{{service}}: {{container}} is being removed',
  'check.service_unhealthy': '{{service}}: {{container}} is unhealthy',
  'check.service_not_created': '{{service}}: {{container}} could not be started',
  'check.http_ok': '{{url}} answers {{status}}',
  'check.http_failed': '{{url}}: {{reason}}',

  'step.compose_put': 'send the document {{digest}} ({{bytes}} bytes)',
  'step.compose_config': 'let Compose on the host validate it',
  'step.compose_pull_one': 'pull {{count}} image: {{images}}',
  'step.compose_pull_other': 'pull {{count}} images: {{images}}',
  'step.compose_up':
    'bring up {{project}}: {{create}} services new, {{recreate}} replaced, {{keep}} kept, {{orphans}} removed',

  'finding.container_exited': '{{container}} of {{service}} ended with exit code {{exit_code}}',
  'finding.container_restarting':
    '{{container}} of {{service}} keeps restarting ({{restarts}} times so far, last exit code {{exit_code}})',
  'finding.container_oom': '{{container}} of {{service}} was killed by the kernel for using too much memory',
  'finding.container_unhealthy': '{{container}} of {{service}} runs and fails its healthcheck: {{output}}',
  'finding.container_not_ready':
    '{{container}} of {{service}} was not ready in time; its last healthcheck said: {{output}}',
  'finding.container_stopped': '{{container}} of {{service}} ended, though it should keep running',
  'finding.container_dead': '{{container}} of {{service}} is being removed by something else',
  'finding.container_not_created': '{{container}} of {{service}} could not be started',
  'finding.service_missing': '{{service}} has no container',
  'finding.http_failed': '{{url}} did not answer as it should: {{reason}}',
  'finding.step_failed': 'the step {{step}} failed ({{code}})',
  'finding.step_failed_saying': 'the step {{step}} failed: {{line}}',
  'finding.no_evidence': '{{host}} could not be asked for evidence',
  'finding.cause_disk_full': 'the disk of the host is full: {{line}}',
  'finding.cause_port_taken': 'a port is taken by something else on the host: {{line}}',
  'finding.cause_name_taken': 'a container name is taken by something else on the host: {{line}}',
  'finding.cause_platform': 'the image is made for another kind of processor: {{line}}',
  'finding.cause_registry_limit': 'the registry answers no more requests for now: {{line}}',
  'finding.cause_registry_auth': 'the registry wants credentials: {{line}}',
  'finding.cause_image_missing': 'the image does not exist, or may not be read: {{line}}',
  'finding.cause_registry_unreachable': 'the host can not reach the registry: {{line}}',
  'finding.cause_network_pool': 'Docker has no address range left for a network: {{line}}',
  'finding.cause_mount_missing': 'a path that is to be mounted is not on the host: {{line}}',
  'finding.cause_command_not_found': 'the command is not in the image: {{line}}',
  'finding.cause_command_not_executable': 'the command may not be executed: {{line}}',
  'finding.cause_docker_down': 'Docker does not answer on the host: {{line}}',
  'finding.cause_document_refused': 'Compose on the host refuses the document: {{line}}',

  'hint.compose_cause.disk_full':
    'Free space on the host (docker system df shows what Docker holds), then try again.',
  'hint.compose_cause.port_taken':
    'Stop what uses the port, or publish another one. On the host: ss -ltnp shows who listens.',
  'hint.compose_cause.name_taken': 'Remove that container, or drop container_name from the Compose file.',
  'hint.compose_cause.platform': 'Build the image for the processor of this host, and release that one.',
  'hint.compose_cause.registry_limit': 'Wait, or let the host log in to the registry, then try again.',
  'hint.compose_cause.registry_auth': 'Log in to the registry on the host (docker login), then try again.',
  'hint.compose_cause.image_missing': 'Check the name and the version, and that the host may pull it.',
  'hint.compose_cause.registry_unreachable':
    'Check name resolution and the way from the host to the registry, or load the image there (docker load).',
  'hint.compose_cause.network_pool':
    'Remove unused networks on the host (docker network prune), then try again.',
  'hint.compose_cause.mount_missing': 'Create the path on the host, or correct the mount.',
  'hint.compose_cause.command_not_found': 'Check command and entrypoint against what the image holds.',
  'hint.compose_cause.command_not_executable':
    'Give the file its execute permission in the image, or name its interpreter.',
  'hint.compose_cause.docker_down': 'Start Docker on the host, then try again.',
  'hint.compose_cause.document_refused':
    'Correct the Compose file for the Compose of this host, and plan again.',
  'hint.compose_cause.oom': 'Raise its memory limit, or find out in its log what needs so much.',
  'hint.compose_cause.killed':
    'Something killed it from outside: often the kernel for want of memory, or a stop that took too long.',
  'hint.compose_cause.illegal_instruction': 'The image may be made for another processor than this host has.',
  'hint.compose_cause.aborted_itself': 'It gave up by itself (abort): its last log lines say why.',
  'hint.compose_cause.memory_fault': 'It crashed on a memory fault: its last log lines may say where.',
  'hint.compose_cause.terminated': 'It was asked to end (SIGTERM) by something other than this release.',
  'hint.compose_cause.exited': 'Its last log lines say why. Correct it and release again, or go back.',
  'hint.compose_cause.restarting':
    'Its last log lines say why it ends. Correct it and release again, or go back.',
  'hint.compose_cause.unhealthy':
    'Read the output of the healthcheck and the last log lines. Correct it and release again, or go back.',
  'hint.compose_cause.not_ready':
    'Give it more time (verify.timeout_seconds), or see in its last log lines what it waits for.',
  'hint.compose_cause.healthcheck_command':
    'The command of the healthcheck itself is missing in the image or can not be executed: correct the healthcheck.',
  'hint.compose_cause.stopped': 'Somebody or something stopped it on the host. Find out who, then try again.',
  'hint.compose_cause.dead': 'Somebody or something removes it on the host. Find out who, then try again.',
  'hint.compose_cause.not_created': 'Docker could not start it: the facts hold its words.',
  'hint.compose_cause.service_missing':
    'Its container was removed, or never made because a service that it depends on failed.',

  'hint.render_failed.at': '{{place}}: {{problem}}. Correct it and plan again.',
  'hint.render_failed.alias_bomb':
    '{{place}}: {{problem}}. Write the repeated parts out, or use fewer aliases of aliases.',
  'hint.render_failed.build':
    '{{place}}: {{problem}}. Build and push the image beforehand, and name it with image: a release builds nothing.',
  'hint.render_failed.include':
    '{{place}}: {{problem}}. Bring everything into the one Compose file of the service.',
  'hint.render_failed.extends':
    '{{place}}: {{problem}}. Bring the base service into the same file, or use YAML anchors.',
  'hint.render_failed.outside':
    '{{place}}: {{problem}}. Bring the file into the source directory, or write its content into the Compose file.',
  'hint.render_failed.provider': '{{place}}: {{problem}}. Run it as a service with an image of its own.',
  'hint.render_failed.relative_bind':
    '{{place}}: {{problem}}. Use a config with content, a named volume, or an absolute path of the host.',
  'hint.render_failed.secret_file':
    '{{place}}: {{problem}}. Declare a secret variable and put it into environment, or into the content of a config.',
  'hint.render_failed.secret_visible':
    '{{place}}: {{problem}}. Put it into environment and refer to it from there ($$NAME in a command that a shell runs).',
  'hint.compose_config_invalid.at': '{{place}}: {{problem}}. Correct the Compose file and plan again.',
  'hint.compose_unsafe.options':
    '{{summary}}. Take it out of the Compose file, or let the target allow it by name: {{allow}}.',
  'hint.strategy_unsupported.compose_blue_green':
    'Two Compose projects can not publish one port: use rolling for {{target}}.',
  'hint.strategy_unsupported.compose_canary':
    '{{target}} is one host, and a canary goes by hosts: use rolling.',
} as const

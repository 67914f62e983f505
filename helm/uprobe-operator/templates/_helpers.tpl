{{- define "uprobe-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name says it all where it contains the chart's. The limit leaves room for suffixes. */}}
{{- define "uprobe-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "uprobe-operator.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "uprobe-operator.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* uprobe-agent beside uprobe-operator, so that `kubectl logs daemonset/uprobe-agent` is what one would guess. */}}
{{- define "uprobe-operator.agentName" -}}
{{- printf "%s-agent" (include "uprobe-operator.fullname" . | trimSuffix "-operator") -}}
{{- end -}}

{{/* Names of cluster-wide resources tell releases of different namespaces apart. */}}
{{- define "uprobe-operator.clusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "uprobe-operator.fullname" .) -}}
{{- end -}}

{{- define "uprobe-operator.agentClusterName" -}}
{{- printf "%s:%s" .Release.Namespace (include "uprobe-operator.agentName" .) -}}
{{- end -}}

{{- define "uprobe-operator.serviceAccountName" -}}
{{- default (include "uprobe-operator.fullname" .) .Values.operator.serviceAccount.name -}}
{{- end -}}

{{- define "uprobe-operator.agentServiceAccountName" -}}
{{- default (include "uprobe-operator.agentName" .) .Values.agent.serviceAccount.name -}}
{{- end -}}

{{- define "uprobe-operator.commonLabels" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: uprobe-operator
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "uprobe-operator.selectorLabels" -}}
app.kubernetes.io/name: uprobe-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "uprobe-operator.agentSelectorLabels" -}}
app.kubernetes.io/name: uprobe-agent
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "uprobe-operator.labels" -}}
app.kubernetes.io/name: uprobe-operator
{{ include "uprobe-operator.commonLabels" . }}
{{- end -}}

{{- define "uprobe-operator.agentLabels" -}}
app.kubernetes.io/name: uprobe-agent
{{ include "uprobe-operator.commonLabels" . }}
{{- end -}}

{{/* Takes a dictionary with image and appVersion. */}}
{{- define "uprobe-operator.image" -}}
{{- if .image.digest -}}
{{- printf "%s@%s" .image.repository .image.digest -}}
{{- else -}}
{{- printf "%s:%s" .image.repository (default .appVersion .image.tag) -}}
{{- end -}}
{{- end -}}

{{/* What the Pod Security level `restricted` asks of a pod. */}}
{{- define "uprobe-operator.restrictedPod" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* What it asks of a container. */}}
{{- define "uprobe-operator.restrictedContainer" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* A list in YAML. SETPCAP is what giving up SYS_ADMIN asks for. */}}
{{- define "uprobe-operator.agentCapabilities" -}}
{{- concat .Values.agent.capabilities (ternary (list "SYS_ADMIN" "SETPCAP") list .Values.agent.sysAdmin) | uniq | toYaml -}}
{{- end -}}

{{/* OpenShift's nodes enforce SELinux, whose domain for containers may not look into others. */}}
{{- define "uprobe-operator.agentSeLinuxOptions" -}}
{{- with default (ternary (dict "type" "spc_t") dict .Values.openshift.enabled) .Values.agent.seLinuxOptions -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* The DaemonSet that the operator keeps while any trace exists. It sets the namespace and the owner. */}}
{{- define "uprobe-operator.agentDaemonSet" -}}
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: {{ include "uprobe-operator.agentName" . }}
  labels: {{- include "uprobe-operator.agentLabels" . | nindent 4 }}
spec:
  selector:
    matchLabels: {{- include "uprobe-operator.agentSelectorLabels" . | nindent 6 }}
  updateStrategy:
    type: RollingUpdate
    rollingUpdate:
      maxUnavailable: {{ .Values.agent.maxUnavailable }}
  template:
    metadata:
      labels:
        {{- include "uprobe-operator.agentLabels" . | nindent 8 }}
        {{- with .Values.agent.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        kubectl.kubernetes.io/default-container: agent
        {{- with .Values.agent.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "uprobe-operator.agentServiceAccountName" . }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets: {{- toYaml . | nindent 8 }}
      {{- end }}
      # The processes of other containers are reached through /proc, their files through /proc/PID/root.
      hostPID: true
      # Links end with the agent, so it has nothing to put in order but its last report.
      terminationGracePeriodSeconds: 10
      containers:
        - name: agent
          image: {{ include "uprobe-operator.image" (dict "image" .Values.agent.image "appVersion" .Chart.AppVersion) }}
          imagePullPolicy: {{ .Values.agent.image.pullPolicy }}
          args: [node]
          securityContext:
            privileged: false
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            # Kubernetes gives the capabilities below to no other user.
            runAsUser: 0
            runAsGroup: 0
            capabilities:
              drop: [ALL]
              add: {{- include "uprobe-operator.agentCapabilities" . | nindent 16 }}
            {{- with .Values.agent.seccompProfile }}
            seccompProfile: {{- toYaml . | nindent 14 }}
            {{- end }}
            {{- with .Values.agent.appArmorProfile }}
            appArmorProfile: {{- toYaml . | nindent 14 }}
            {{- end }}
            {{- with include "uprobe-operator.agentSeLinuxOptions" . }}
            seLinuxOptions: {{- nindent 14 . }}
            {{- end }}
          env:
            - name: NODE_NAME
              valueFrom:
                fieldRef:
                  fieldPath: spec.nodeName
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
            - name: WATCH_NAMESPACES
              value: {{ join "," .Values.operator.watchNamespaces | quote }}
            {{- with .Values.agent.extraEnv }}
            {{- toYaml . | nindent 12 }}
            {{- end }}
          ports:
            - name: http
              containerPort: 9464
          startupProbe:
            httpGet:
              path: /livez
              port: http
            periodSeconds: 1
            failureThreshold: 60
          livenessProbe:
            httpGet:
              path: /livez
              port: http
            periodSeconds: 10
            timeoutSeconds: 5
          readinessProbe:
            httpGet:
              path: /readyz
              port: http
            periodSeconds: 2
            timeoutSeconds: 5
          resources: {{- toYaml .Values.agent.resources | nindent 12 }}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        # The JVM writes there, for one its crash reports.
        - name: tmp
          emptyDir:
            sizeLimit: 64Mi
      {{- with .Values.agent.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.agent.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.agent.affinity }}
      affinity: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.agent.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
{{- end -}}

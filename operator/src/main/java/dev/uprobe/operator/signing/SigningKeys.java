package dev.uprobe.operator.signing;

import dev.uprobe.operator.agents.OwnDeployment;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The key pair of an operator, in a Secret that its replicas share. */
public final class SigningKeys {
  private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);
  private static final String ALGORITHM = "Ed25519";
  private static final String PRIVATE = "private.pkcs8";
  private static final String PUBLIC = "public.x509";

  private final KubernetesClient client;
  private final String namespace;
  private final String name;
  private final Optional<String> deployment;
  private Optional<KeyPair> read = Optional.empty();

  /**
   * Creates a holder of the key pair, which is read on first use.
   *
   * @param name of the Secret
   * @param deployment the operator's own, which owns the Secret
   */
  public SigningKeys(
      KubernetesClient client, String namespace, String name, Optional<String> deployment) {
    this.client = client;
    this.namespace = namespace;
    this.name = name;
    this.deployment = deployment;
  }

  /**
   * Returns the key pair; the first replica that finds none creates it.
   *
   * @throws IllegalStateException if the Secret does not hold a key pair
   */
  public synchronized KeyPair get() {
    if (read.isEmpty()) {
      read = Optional.of(keys(read().orElseGet(this::create)));
    }
    return read.get();
  }

  private Secret create() {
    try {
      Secret created = client.resource(secret()).create();
      LOG.info("created the signing key for attachments in Secret {}/{}", namespace, name);
      return created;
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      // Another replica created it first.
      return read().orElseThrow(() -> e);
    }
  }

  private Optional<Secret> read() {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get());
  }

  private Secret secret() {
    Optional<OwnerReference> owner = OwnDeployment.owner(client, namespace, deployment);
    KeyPair keys = generate();
    return new SecretBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .withOwnerReferences(owner.map(List::of).orElse(List.of()))
        .endMetadata()
        .withType("Opaque")
        .withImmutable(true)
        .withData(
            Map.of(
                PRIVATE,
                base64(keys.getPrivate().getEncoded()),
                PUBLIC,
                base64(keys.getPublic().getEncoded())))
        .build();
  }

  private static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no Ed25519", e);
    }
  }

  private static KeyPair keys(Secret secret) {
    try {
      KeyFactory factory = KeyFactory.getInstance(ALGORITHM);
      return new KeyPair(
          factory.generatePublic(new X509EncodedKeySpec(bytes(secret, PUBLIC))),
          factory.generatePrivate(new PKCS8EncodedKeySpec(bytes(secret, PRIVATE))));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalStateException(
          ("Secret %1$s/%2$s holds no key pair of this operator; delete it, and restart the"
                  + " operator: kubectl -n %1$s delete secret %2$s")
              .formatted(secret.getMetadata().getNamespace(), secret.getMetadata().getName()),
          e);
    }
  }

  private static byte[] bytes(Secret secret, String key) {
    String value = Optional.ofNullable(secret.getData()).orElse(Map.of()).get(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return Base64.getDecoder().decode(value);
  }

  /** Returns the public key in the encoding that agents read. */
  public String publicKey() {
    return base64(get().getPublic().getEncoded());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}

// SPDX-License-Identifier: Apache-2.0
#include "vaults/vault_source.hpp"

#include <algorithm>
#include <utility>

#include "core/make_error.hpp"
#include "vaults/credential_fields.hpp"
#include "vaults/hashicorp_pki.hpp"
#include "vaults/local_reader.hpp"
#include "vaults/readers.hpp"
#include "vaults/secret_json.hpp"

namespace easypost_connect::internal {
namespace {

constexpr const char* kHashiCorp = "vault";

/// Names the reader of a reference: one login does for both engines of HashiCorp Vault.
std::string reader_of(const SecretReference& reference) {
  return reference.scheme == kPkiScheme ? kHashiCorp : reference.scheme;
}

bool is_issued(const SecretReference& reference) { return reference.scheme == kPkiScheme; }

Error certificate_only(const SecretReference& reference) {
  return bad_reference(reference, "gives a certificate and its key, and nothing else.",
                       "Let client_cert (EASYPOST_CONNECT_CLIENT_CERT) alone name it.");
}

/// A certificate that is issued brings its key along.
Error has_key_already(const SecretReference& reference) {
  return bad_reference(reference, "brings its key along, and a key or a passphrase is given as well.",
                       "Leave out client_key and its passphrase (EASYPOST_CONNECT_CLIENT_KEY, _PASSPHRASE).");
}

Result<std::unique_ptr<SecretReader>> reader_for(const std::string& scheme, const vaults::VaultOptions& options,
                                                 const VaultWorld& world) {
  if (scheme == kHashiCorp) return make_hashicorp_reader(options.hashicorp, world);
  if (scheme == "aws-sm") return make_aws_reader(options.aws, world);
  if (scheme == "azure-kv") return make_azure_reader(options.azure, world);
  if (scheme == "gcp-sm") return make_google_reader(options.google, world);
  return std::unique_ptr<SecretReader>(std::make_unique<LocalReader>());
}

Error not_decoded(const SecretReference& reference, std::string_view problem, std::string remedy) {
  Error error = make_error(ErrorCode::kInvalidCredential, Factor::kCredentialSource,
                           reference.text + ", decode: " + std::string(problem), std::move(remedy));
  error.never_sent = true;
  return error;
}

/// Writes one credential to where it belongs.
void put(Credentials& credentials, std::string vaults::FieldNames::*name, const Secret& value) {
  using Names = vaults::FieldNames;
  ClientCertificate& certificate = credentials.client_certificate;
  if (name == &Names::client_cert || name == &Names::client_pkcs12) {
    certificate.certificate = material_in(value.expose());
  } else if (name == &Names::client_key) {
    certificate.private_key = material_in(value.expose());
  } else if (name == &Names::client_key_passphrase) {
    certificate.passphrase = value;
  } else if (name == &Names::api_key) {
    credentials.api_key = value;
  } else if (name == &Names::client_id) {
    credentials.oauth_client.id = value.expose();
  } else {
    credentials.oauth_client.secret = value;
  }
}

constexpr std::string vaults::FieldNames::*kAllNames[] = {
    &vaults::FieldNames::client_cert,   &vaults::FieldNames::client_key, &vaults::FieldNames::client_key_passphrase,
    &vaults::FieldNames::client_pkcs12, &vaults::FieldNames::api_key,    &vaults::FieldNames::client_id,
    &vaults::FieldNames::client_secret};

bool is_material(std::string vaults::FieldNames::*name) noexcept {
  using Names = vaults::FieldNames;
  return name == &Names::client_cert || name == &Names::client_pkcs12 || name == &Names::client_key;
}

/// A text that an editor or `echo` wrote ends in a line end that is not part of it.
Secret without_line_end(const Secret& value) {
  std::string_view text = value.expose();
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return text.size() == value.size() ? value : Secret(text);
}

}  // namespace

VaultSource::VaultSource(const vaults::VaultOptions& options, VaultWorld world)
    : names_(options.fields),
      poll_interval_(options.poll_interval),
      start_timeout_(options.start_timeout),
      world_(std::move(world)) {}

Result<std::shared_ptr<VaultSource>> VaultSource::make(std::optional<SecretReference> whole, std::vector<Field> fields,
                                                       const vaults::VaultOptions& options, VaultWorld world) {
  std::shared_ptr<VaultSource> source(new VaultSource(options, std::move(world)));
  if (whole) {
    if (is_issued(*whole)) return certificate_only(*whole);
    if (auto added = source->add(*whole, options); !added) return std::move(added).error();
  }
  for (const Field& field : fields) {
    if (is_issued(field.reference) && field.name != &vaults::FieldNames::client_cert)
      return certificate_only(field.reference);
    if (auto added = source->add(field.reference, options); !added) return std::move(added).error();
  }
  source->whole_ = std::move(whole);
  source->fields_ = std::move(fields);
  return source;
}

Result<void> VaultSource::add(const SecretReference& reference, const vaults::VaultOptions& options) {
  std::unique_ptr<SecretReader>& reader = readers_[reader_of(reference)];
  if (reader == nullptr) {
    auto made = reader_for(reader_of(reference), options, world_);
    if (!made) return std::move(made).error();
    reader = *std::move(made);
  }
  return reader->check(reference);
}

SourcedCredentials VaultSource::look() {
  constexpr std::chrono::milliseconds kFirstPause{250};
  constexpr std::chrono::milliseconds kLongestPause{5'000};
  const std::lock_guard lock(looking_);
  const SteadyTime end = world_.clock->now().steady + start_timeout_;
  for (std::chrono::milliseconds longest = kFirstPause;; longest = std::min(longest * 2, kLongestPause)) {
    SourcedCredentials found = read_all();
    const bool is_first = !std::exchange(has_read_, has_read_ || found.credentials.has_value());
    if (found.credentials || !is_first || !found.credentials.error().retryable) return found;
    auto pause = std::chrono::milliseconds(
        static_cast<long>(static_cast<double>(longest.count()) * (0.5 + world_.jitter() / 2)));
    if (const auto& asked = found.credentials.error().retry_after) pause = std::max(pause, *asked);
    if (world_.clock->now().steady + pause >= end) return found;
    world_.pause(pause);
  }
}

VaultLook VaultSource::last_look() {
  const std::lock_guard lock(looking_);
  return last_look_;
}

SourcedCredentials VaultSource::read_all() {
  read_.clear();
  last_look_ = {};
  look_again_.reset();
  auto credentials = whole_ ? read_whole() : read_fields();
  read_.clear();
  if (!credentials) return std::move(credentials).error();
  last_look_.stage = VaultStage::kDone;
  return {*std::move(credentials), next_look()};
}

Result<Credentials> VaultSource::read_whole() {
  auto secret = value_of(*whole_);
  if (!secret) return std::move(secret).error();
  auto decoded = credentials_in(secret->expose(), names_, whole_->text);
  if (!decoded) return std::move(decoded).error();
  const auto& members = decoded->members;
  for (const auto name : kAllNames) {
    if (std::find(members.begin(), members.end(), names_.*name) == members.end()) continue;
    note_place(vaults::FieldNames().*name, *whole_, names_.*name);
  }
  return std::move(decoded->credentials);
}

Result<Credentials> VaultSource::read_fields() {
  auto credentials = others_();
  if (!credentials) return credentials;
  const ClientCertificate& certificate = credentials->client_certificate;
  for (const auto& [name, reference] : fields_) {
    auto secret = value_of(reference);
    if (!secret) return std::move(secret).error();
    put(*credentials, name, is_material(name) ? *secret : without_line_end(*secret));
    note_place(vaults::FieldNames().*name, reference, reference.field);
  }
  for (const auto& [name, reference] : fields_) {
    if (is_issued(reference) && !(certificate.private_key.empty() && certificate.passphrase.empty()))
      return has_key_already(reference);
  }
  return credentials;
}

/// The member that the reference names, or all of the secret.
Result<Secret> VaultSource::value_of(const SecretReference& reference) {
  auto secret = secret_of(reference);
  if (!secret || reference.field.empty()) return secret;
  const SecretJson object = parse_secret_json(secret->expose());
  if (!object.is_object())
    return not_decoded(reference, "the secret is not a JSON object, so it has no member \"" + reference.field + "\".",
                       "Leave out what follows the '#', or store a JSON object.");
  const std::string_view text = text_at(object, reference.field);
  if (text.empty())
    return not_decoded(reference, "the member \"" + reference.field + "\" is missing, empty, or no text.",
                       "Store it as a JSON string, or name another member behind the '#'.");
  return Secret(text);
}

Result<Secret> VaultSource::secret_of(const SecretReference& reference) {
  if (const auto known = read_.find(reference.text); known != read_.end()) return known->second;
  auto secret = read_noted(reference);
  if (!secret) return std::move(secret).error();
  if (secret->look_again) look_again_ = std::min(look_again_.value_or(*secret->look_again), *secret->look_again);
  return read_.emplace(reference.text, std::move(secret->content)).first->second;
}

/// Reads, and notes how far that came.
Result<ReadSecret> VaultSource::read_noted(const SecretReference& reference) {
  SecretReader& reader = *readers_.at(reader_of(reference));
  *world_.contact = {};
  auto secret = reader.read(reference);
  const VaultContact contact = *world_.contact;
  const auto login = reader.login(reference);
  const bool unreached = !contact.vault.empty() && !contact.answered;
  last_look_.stage = secret      ? VaultStage::kDecode
                     : unreached ? VaultStage::kReach
                     : !login    ? VaultStage::kLogin
                                 : VaultStage::kRead;
  last_look_.reached = last_look_.reached || contact.answered;
  last_look_.secrets.push_back(
      {reference.text, contact.vault, login.value_or(""), secret ? secret->version : std::string()});
  return secret;
}

void VaultSource::note_place(const std::string& credential, const SecretReference& reference,
                             const std::string& member) {
  const auto& secrets = last_look_.secrets;
  const auto read = std::find_if(secrets.begin(), secrets.end(),
                                 [&](const SecretLook& secret) { return secret.reference == reference.text; });
  last_look_.places.push_back({credential, reference.text + (member.empty() ? "" : '#' + member),
                               read != secrets.end() ? read->version : std::string()});
}

/// A tenth more or less, so that the machines of a fleet do not all ask at once.
std::chrono::seconds VaultSource::next_look() const {
  const double spread = 0.9 + 0.2 * world_.jitter();
  const auto poll = std::chrono::seconds(static_cast<long>(static_cast<double>(poll_interval_.count()) * spread));
  return std::max(std::chrono::seconds(1), std::min(look_again_.value_or(poll), poll));
}

}  // namespace easypost_connect::internal

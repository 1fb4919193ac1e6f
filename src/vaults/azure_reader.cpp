// SPDX-License-Identifier: Apache-2.0
#include "core/make_error.hpp"
#include "vaults/readers.hpp"

namespace easypost_connect::internal {

Result<std::unique_ptr<SecretReader>> make_azure_reader(vaults::AzureKeyVault /*options*/,
                                                        const VaultWorld& /*world*/) {
  return make_error(ErrorCode::kInvalidOption, Factor::kCredentialSource, "Not yet.", "Wait.");
}

}  // namespace easypost_connect::internal

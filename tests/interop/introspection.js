// SPDX-License-Identifier: Apache-2.0
// njs: asks the OAuth server about the bearer token (RFC 7662). The location that was asked decides whether answers are kept.
function check(r) {
    if (!r.variables.bearer) {
        r.return(401);
        return;
    }
    r.subrequest(r.uri + '/introspect').then(function (answer) {
        if (answer.status !== 200) {
            r.return(500);
            return;
        }
        r.return(JSON.parse(answer.responseText).active === true ? 204 : 401);
    }).catch(function (failure) {
        r.error(String(failure));
        r.return(500);
    });
}
export default {check};

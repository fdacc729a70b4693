// SPDX-License-Identifier: Apache-2.0

//! Whether requests are served in time.

use crate::finding::What;
use ligature_chain::{Request, Status};

/// What is wrong with the queue at a block of the chain: its head has expired, or will when less than `share` percent of
/// the time that it had are left.
pub fn check(now: u32, status: &Status, requests: &[(u64, Request)], share: u8) -> Option<What> {
	let (parameters, None) = (status.parameters?, status.exodus) else { return None };
	let (index, head) = requests.first()?;
	let index = *index;
	let left = head.expires.saturating_sub(now);
	if left == 0 {
		return Some(What::RequestExpired { index, expires: head.expires });
	}
	let late = u64::from(left) * 100 < u64::from(parameters.expiry) * u64::from(share);
	late.then_some(What::RequestLate { index, left })
}

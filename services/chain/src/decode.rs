// SPDX-License-Identifier: Apache-2.0

//! How what a runtime says is read: by the type information of its metadata, never by a layout that this program
//! believes in. [`At`](crate::At) uses nothing else, so that tests can hold the real runtime against it.

pub use crate::{
	body::{Commit, commit_of, posted},
	event::{events, outcome},
	query::Query,
	questions::{
		block, custody, epochs, identity, keys, members_of, pending_funds, pools, requests, status,
		tokens, votes,
	},
	runtime::metadata_of as metadata,
	storage::{
		Item, asset_balance, asset_names, guardian, key_bytes, native_balance, operators,
		paid_balance, paid_liquidity, prepared_key, refusal, time,
	},
};

// SPDX-License-Identifier: Apache-2.0

//! What operator and chains answer when they do not do what they were asked: in words, and what to do.

use jsonrpsee::core::ClientError;
use ligature_chain::{ChainError, DispatchError};
use ligature_operator_api::code;
use ligature_primitives::refusal::Refusal;
use serde::Deserialize;

use crate::failure::{Failure, Refused, Sent};

/// What an error of the operator has in its data.
#[derive(Deserialize)]
struct Data {
	name: String,
}

/// The failure of a call of the operator.
pub fn operator_trouble(url: &str, error: ClientError) -> Failure {
	match error {
		ClientError::Call(object) => {
			let data = object.data().and_then(|data| serde_json::from_str::<Data>(data.get()).ok());
			let name = data.map_or_else(|| "JsonRpc".into(), |data| data.name);
			// A refusal's message begins with its name.
			let message = object.message();
			let what = message.strip_prefix(&format!("{name}: ")).unwrap_or(message);
			refused(&name, object.code(), what, Sent::Nothing)
		},
		ClientError::Transport(_) | ClientError::RequestTimeout | ClientError::RestartNeeded(_) => {
			Failure::unreachable(
				format!("the operator at {url} does not answer: {}", causes(&error)),
				"start one (`ligature devnet up`, or `ligature operator run`), or name it with --operator or \
				LIGATURE_OPERATOR",
			)
		},
		error => Failure::failed(
			format!("the operator at {url} answers what nobody understands: {}", causes(&error)),
			"is it an operator? `ligature devnet status` shows where one listens; its version may also differ",
		),
	}
}

/// What the operator refuses, and what to do about it.
pub fn refused(name: &str, code: i32, what: &str, sent: Sent) -> Failure {
	Failure::Refused(Box::new(Refused {
		by: "the operator".into(),
		help: remedy(name, code).into(),
		name: name.into(),
		code: Some(code),
		what: what.into(),
		sent,
	}))
}

/// A refusal of the protocol that is known before anything is sent: the operator would say the same.
pub fn refusal(refusal: Refusal) -> Failure {
	let code = code::REFUSAL + i32::from(refusal.code());
	refused(refusal.name(), code, &refusal.to_string(), Sent::Nothing)
}

/// What to do about a refusal of the operator.
fn remedy(name: &str, number: i32) -> &'static str {
	match name {
		"InsufficientBalance" => {
			"`ligature wallet balance` shows what there is; deposit more, or send less: the fee comes on top"
		},
		"KeyUnset" => {
			"set the key of your account: `ligature key set --chain CHAIN`, and wait until it is served"
		},
		"WrongKey" => {
			"the account has another wallet's key: use that wallet, or `ligature key set`"
		},
		"AccountMissing" => "make the account by a deposit: `ligature deposit AMOUNT TOKEN`",
		"NonceMismatch" | "NonceTaken" => {
			"another transaction of this account was first: send it again, it is then signed anew"
		},
		"NonceTooFar" => "send the transactions before it first",
		"Expired" => "send it again: it is then signed with a new expiry",
		"SlippageExceeded" => {
			"the price has moved: look at the new quote and send it again, or allow more with --slippage"
		},
		"LimitExceeded" => "the pool's price has moved: send it again, or allow more",
		"PoolMissing" => {
			"`ligature pools` shows what there is; make one with `ligature pool create`"
		},
		"PoolEmpty" => "the pool has no liquidity yet: `ligature liquidity add`",
		"InsufficientLiquidity" => {
			"the first liquidity must be worth more than 1,000 shares: add more"
		},
		"WrongNetwork" => {
			"the operator serves another network than this was signed for: name the right one"
		},
		"MempoolFull" | "AccountFull" | "NotAccepting" | "NotNow" => {
			"wait a little and send it again"
		},
		"FeeTooLow" => "leave --fee out: the least fee is then taken",
		"TreeFull" => "no account is left on that chain: send to somebody who has one",
		"NotFound" => "look at the number or hash again",
		_ if (code::REFUSAL..code::MEMPOOL_FULL).contains(&number) => {
			"section 13 of docs/protocol.md explains every refusal"
		},
		"Internal" => "the operator's log says more: `ligature devnet logs operator`",
		_ => "docs/api.md explains every code",
	}
}

/// The failure of a call of a chain, which is called `name`.
pub fn chain_trouble(name: &str, error: ChainError) -> Failure {
	match error {
		ChainError::Url { .. } => {
			Failure::input(error.to_string(), "write the URL of a node, as ws://127.0.0.1:9944")
		},
		ChainError::Unreachable { .. } => Failure::unreachable(
			format!("{name} does not answer: {error}"),
			"start the node (`ligature devnet up`), or name another server with --chain-url",
		),
		ChainError::Rejected { code, reason } => {
			let help = if reason.to_ascii_lowercase().contains("payment") {
				"the account cannot pay the chain's fee: it needs some of the native token there"
			} else {
				"wait until earlier calls of this account are included, and try again"
			};
			Failure::Refused(Box::new(Refused {
				by: format!("the pool of {name}"),
				name: "Rejected".into(),
				code: Some(code),
				what: reason,
				help: help.into(),
				sent: Sent::Nothing,
			}))
		},
		ChainError::Dropped { .. } | ChainError::Replaced { .. } | ChainError::Expired { .. } => {
			Failure::failed(
				format!("{name}: {error}"),
				"nothing of it has happened, if the chain does not show it; send it again",
			)
		},
		ChainError::TooLate { .. } => Failure::failed(
			format!("{name}: {error}"),
			"it was sent: look at the chain before you send it again",
		),
		error => Failure::failed(
			format!("{name}: {error}"),
			"is it a chain of the rollup? The versions of node and command may differ",
		),
	}
}

/// A call that a chain included and refused.
pub fn dispatch_trouble(name: &str, error: &DispatchError) -> Failure {
	let reason = if error.pallet.is_empty() {
		error.name.clone()
	} else {
		format!("{}.{}", error.pallet, error.name)
	};
	let what = if error.docs.is_empty() { "it gives no reason".into() } else { error.docs.clone() };
	let help = match error.name.as_str() {
		"FundsUnavailable" | "BalanceLow" | "NoAccount" | "InsufficientBalance" => {
			"`ligature wallet balance` shows what the account has on the chain"
		},
		"NotExpendable" | "BelowMinimum" => {
			"the account would end by this: leave the least balance, or send less"
		},
		"DepositsPaused" => "wait until deposits are allowed again",
		"RollupHalted" => "the guardian has halted the rollup: wait until it goes on",
		"InExodus" => {
			"the rollup has ended: `ligature exit status` says how to leave with what is yours"
		},
		"PoolExists" => "nothing is to be done: nobody owns a pool, use it (`ligature pools`)",
		"NotExpired" | "NotInExodus" | "TimeoutNotOver" | "ExitNotOpen" => {
			"`ligature exit status` says how far the end is, and what can be done next"
		},
		"AlreadyClaimed" | "NotRefundable" => {
			"it was paid: `ligature exit list` shows what is left"
		},
		"BadClaim" => {
			"it is not of the last block: does the node see the same chain as the one that pays? Run it again"
		},
		"NothingToClaim" => "payments that failed wait here; there are none",
		_ => "docs/onchain.md says who may call what, and what stops what",
	};
	Failure::Refused(Box::new(Refused {
		by: name.into(),
		name: reason,
		code: None,
		what,
		help: help.into(),
		sent: Sent::Undone("it was included and changed nothing but the chain's fee".into()),
	}))
}

/// An error and its causes in one line.
fn causes(error: &dyn std::error::Error) -> String {
	let mut text = error.to_string();
	let mut source = error.source();
	while let Some(cause) = source {
		let cause_text = cause.to_string();
		if !text.contains(&cause_text) {
			text = format!("{text}: {cause_text}");
		}
		source = cause.source();
	}
	text
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_operator_api::ApiError;

	fn from_api(error: ApiError) -> Failure {
		operator_trouble("http://here", ClientError::Call(error.into()))
	}

	#[test]
	fn a_refusal_should_keep_its_name_and_number_and_say_what_to_do() {
		let failure = from_api(Refusal::InsufficientBalance.into());
		assert_eq!(
			failure.to_string(),
			"error: the operator refuses: InsufficientBalance (1072): the balance is smaller than the amount \
			and its fee\n help: `ligature wallet balance` shows what there is; deposit more, or send less: the \
			fee comes on top\n note: nothing was sent, and no funds have moved"
		);
		assert_eq!(failure.refusal(), Some("InsufficientBalance"));
		assert_eq!(failure.to_json()["error"]["code"], 1_072);
		let failure = from_api(ApiError::MempoolFull { limit: 7 });
		assert!(
			failure.to_string().contains("MempoolFull (2000): the mempool is full (7"),
			"{failure}"
		);
	}

	#[test]
	fn every_refusal_should_have_a_remedy() {
		for refusal in Refusal::ALL {
			let text = from_api((*refusal).into()).to_string();
			assert!(text.contains(refusal.name()) && text.contains("\n help: "), "{text}");
		}
		let gone = ClientError::RequestTimeout;
		let failure = operator_trouble("http://here", gone);
		assert!(matches!(failure, Failure::Unreachable { .. }), "{failure:?}");
	}

	#[test]
	fn a_refused_call_should_name_pallet_and_error() {
		let error = DispatchError {
			pallet: "Rollup".into(),
			name: "DepositsPaused".into(),
			docs: "Deposits are paused.".into(),
		};
		let text = dispatch_trouble("alpha", &error).to_string();
		assert!(
			text.starts_with("error: alpha refuses: Rollup.DepositsPaused: Deposits are paused.")
		);
		assert!(text.contains("wait until deposits are allowed again"), "{text}");
	}
}

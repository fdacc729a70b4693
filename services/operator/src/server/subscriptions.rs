// SPDX-License-Identifier: Apache-2.0

//! What wallets follow: blocks, and single transactions.
//!
//! Who does not read what comes is cut off: nothing piles up here.

use super::Api;
use crate::notice::Notice;
use futures::FutureExt;
use jsonrpsee::{
	PendingSubscriptionSink, SubscriptionMessage, SubscriptionSink, core::SubscriptionResult,
};
use ligature_operator_api::{TransactionHash, TransactionInfo, TransactionState};
use serde::Serialize;
use std::{collections::BTreeSet, time::Duration};
use tokio::sync::broadcast::{Receiver, error::RecvError};

/// So long a message waits for one who does not read.
const PATIENCE: Duration = Duration::from_secs(10);

/// What ends a subscription to a transaction.
const OVER: &str = "nothing will change any more";

/// The end of a subscription: who listened is gone, or too slow.
struct Gone;

async fn send(sink: &SubscriptionSink, value: &impl Serialize) -> Result<(), Gone> {
	let message = SubscriptionMessage::from_json(value).map_err(|error| {
		tracing::error!(%error, "a message cannot be written");
		Gone
	})?;
	sink.send_timeout(message, PATIENCE).await.map_err(|_| Gone)
}

/// What has come, all at once. None: nothing will come any more.
async fn listen(notices: &mut Receiver<Notice>) -> Option<Vec<Notice>> {
	let mut all = Vec::new();
	loop {
		let next = match all.is_empty() {
			true => Some(notices.recv().await),
			false => notices.recv().now_or_never(),
		};
		match next {
			None => return Some(all),
			Some(Ok(notice)) => all.push(notice),
			// Who follows a transaction looks for what was missed in the store.
			Some(Err(RecvError::Lagged(_))) => all.push(Notice::Reverted(Default::default())),
			Some(Err(RecvError::Closed)) => return (!all.is_empty()).then_some(all),
		}
	}
}

impl Api {
	/// Sends every block when it is built, and again when something about it changes.
	pub(super) async fn follow_blocks(
		&self,
		pending: PendingSubscriptionSink,
	) -> SubscriptionResult {
		let mut notices = self.notices.listen();
		let sink = pending.accept().await?;
		loop {
			let notices = tokio::select! {
				notices = listen(&mut notices) => notices,
				() = sink.closed() => return Ok(()),
			};
			let Some(notices) = notices else { return Ok(()) };
			let numbers: BTreeSet<_> = notices
				.into_iter()
				.filter_map(|notice| match notice {
					Notice::Block(number) => Some(number),
					_ => None,
				})
				.collect();
			for number in numbers {
				// One that was taken back meanwhile is left out.
				let Ok(info) = self.find_block(number.0).await else { continue };
				if send(&sink, &info).await.is_err() {
					return Ok(());
				}
			}
		}
	}

	/// Sends a transaction, and again when something about it changes, until nothing will any more; then it
	/// ends the subscription, which JSON-RPC does with a message in the place of an error.
	pub(super) async fn follow_transaction(
		&self,
		pending: PendingSubscriptionSink,
		hash: TransactionHash,
	) -> SubscriptionResult {
		// First, so that nothing is missed.
		let mut notices = self.notices.listen();
		let mut last = match self.find(hash).await {
			Ok(first) => first,
			Err(error) => {
				pending.reject(error).await;
				return Ok(());
			},
		};
		let sink = pending.accept().await?;
		if send(&sink, &last).await.is_err() {
			return Ok(());
		}
		while !is_over(&last) {
			let notices = tokio::select! {
				notices = listen(&mut notices) => notices,
				() = sink.closed() => return Ok(()),
			};
			let Some(notices) = notices else { return Ok(()) };
			if !notices.iter().any(|notice| concerns(notice, &last)) {
				continue;
			}
			let info = self.find(hash).await.map_err(|error| error.to_string())?;
			if info != last {
				last = info;
				if send(&sink, &last).await.is_err() {
					return Ok(());
				}
			}
		}
		Err(OVER.into())
	}
}

/// Whether a notice can mean a change of this transaction.
fn concerns(notice: &Notice, info: &TransactionInfo) -> bool {
	match (notice, &info.state) {
		(Notice::Block(number), TransactionState::InBlock { block, .. }) => number.0 == *block,
		(Notice::Refused(hash), _) => *hash == info.hash,
		_ => true,
	}
}

/// Whether nothing will change any more: it is refused, or executed on all chains that it touches.
fn is_over(info: &TransactionInfo) -> bool {
	match &info.state {
		TransactionState::Pending => false,
		TransactionState::Refused { .. } => true,
		TransactionState::InBlock { receipt, .. } => {
			let touched: BTreeSet<_> = receipt.iter().map(|change| change.chain).collect();
			let mut stages = info
				.stages
				.iter()
				.filter(|(chain, _)| touched.is_empty() || touched.contains(chain));
			!info.stages.is_empty() && stages.all(|(_, times)| times.executed.is_some())
		},
	}
}

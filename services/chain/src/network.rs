// SPDX-License-Identifier: Apache-2.0

//! Connecting to all chains of a network, and whether chains belong together.

use crate::{chain::Chain, error::ChainError, types::Identity};
use futures::future::try_join_all;
use ligature_primitives::ids::{ChainId, NetworkId};
use std::time::Duration;
use tokio::time::sleep;

/// Between attempts to connect.
const PAUSE: Duration = Duration::from_secs(2);

/// For how long it is tried to connect, at a time.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether to wait for chains that do not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
	/// However long it takes.
	Forever,
	/// A few seconds.
	Briefly,
}

/// Why there is no connection to a network.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
	/// No chain is named.
	#[error("no chain is named: name one node of each chain of a network")]
	NoChains,
	/// A node's address is none, or it does not answer, or it does what this program does not know.
	#[error("the chain at {url}: {source}")]
	Chain {
		/// The node's address.
		url: String,
		/// What happened.
		source: ChainError,
	},
	/// A chain belongs to no network.
	#[error("the chain at {url} belongs to no network; is it the right node?")]
	NoNetwork {
		/// The node's address.
		url: String,
	},
	/// The chains are not those of one network.
	#[error(
		"the chain at {url} is chain {chain} of network {network}, and {reason}; name one node of each chain of one \
		 network"
	)]
	Mismatch {
		/// The node's address.
		url: String,
		/// Which chain it is.
		chain: ChainId,
		/// Of which network.
		network: NetworkId,
		/// What does not fit.
		reason: NetworkMismatch,
	},
}

/// Why chains are not those of one network, each once.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkMismatch {
	/// There is none.
	#[error("no chain is named")]
	NoChains,
	/// One is of another network than the first one, or has another list of its chains.
	#[error("the first one is of another network")]
	OtherNetwork {
		/// Which one.
		place: usize,
	},
	/// One comes twice.
	#[error("it is named twice")]
	Twice {
		/// Where it comes again.
		place: usize,
		/// Where it comes first.
		first: usize,
	},
	/// Some of the network are not among them.
	#[error(
		"of its network, chain {} is not named",
		.0.iter().map(ChainId::to_string).collect::<Vec<_>>().join(", ")
	)]
	Missing(Vec<ChainId>),
}

impl NetworkMismatch {
	/// Which of the chains it is about.
	pub const fn place(&self) -> usize {
		match self {
			Self::NoChains | Self::Missing(_) => 0,
			Self::OtherNetwork { place } | Self::Twice { place, .. } => *place,
		}
	}
}

/// Checks that chains are those of one network, each once, in any order. Gives the network.
///
/// # Errors
///
/// [`NetworkMismatch`].
pub fn one_network(identities: &[&Identity]) -> Result<NetworkId, NetworkMismatch> {
	let Some(head) = identities.first() else { return Err(NetworkMismatch::NoChains) };
	for (place, identity) in identities.iter().enumerate() {
		if (identity.network, &identity.chains) != (head.network, &head.chains) {
			return Err(NetworkMismatch::OtherNetwork { place });
		}
		let twin = identities.iter().take(place).position(|other| other.chain == identity.chain);
		if let Some(first) = twin {
			return Err(NetworkMismatch::Twice { place, first });
		}
	}
	let named = |chain: &ChainId| identities.iter().any(|identity| identity.chain == *chain);
	let missing: Vec<_> = head.chains.iter().copied().filter(|chain| !named(chain)).collect();
	if missing.is_empty() { Ok(head.network) } else { Err(NetworkMismatch::Missing(missing)) }
}

/// Connections to all chains of a network.
#[derive(Clone, Debug)]
pub struct Joined {
	/// The network.
	pub network: NetworkId,
	/// Its chains, in the order of their ids.
	pub chains: Vec<(Chain, Identity)>,
}

/// Connects to all chains of a network.
///
/// # Errors
///
/// [`JoinError`].
pub async fn join(urls: &[String], wait: Wait) -> Result<Joined, JoinError> {
	let mut chains = try_join_all(urls.iter().map(|url| connect(url, wait))).await?;
	let identities: Vec<_> = chains.iter().map(|(_, identity)| identity).collect();
	let network = one_network(&identities).map_err(|reason| match chains.get(reason.place()) {
		Some((chain, Identity { network, chain: id, .. })) => {
			JoinError::Mismatch { url: chain.url().into(), chain: *id, network: *network, reason }
		},
		None => JoinError::NoChains,
	})?;
	chains.sort_by_key(|(_, identity)| identity.chain);
	Ok(Joined { network, chains })
}

async fn connect(url: &str, wait: Wait) -> Result<(Chain, Identity), JoinError> {
	let mut said = false;
	loop {
		match identify(url).await {
			Ok((chain, Some(identity))) => return Ok((chain, identity)),
			Ok((_, None)) => return Err(JoinError::NoNetwork { url: url.into() }),
			Err(error) if error.is_passing() && wait == Wait::Forever => {
				if !said {
					tracing::warn!("waiting for the chain at {url}: {error}");
					said = true;
				}
				sleep(PAUSE).await;
			},
			Err(source) => return Err(JoinError::Chain { url: url.into(), source }),
		}
	}
}

async fn identify(url: &str) -> Result<(Chain, Option<Identity>), ChainError> {
	let chain = Chain::connect_within(url, PATIENCE).await?;
	let identity = chain.finalized().await?.identity().await?;
	Ok((chain, identity))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn identity(network: u32, chain: u8) -> Identity {
		Identity {
			network: NetworkId(network),
			chain: ChainId(chain),
			chains: vec![ChainId(1), ChainId(2)],
		}
	}

	#[test]
	fn chains_should_be_those_of_one_network_each_once() {
		let check = |all: &[Identity]| one_network(&all.iter().collect::<Vec<_>>());
		assert_eq!(check(&[identity(7, 2), identity(7, 1)]), Ok(NetworkId(7)));
		let longer =
			Identity { chains: vec![ChainId(1), ChainId(2), ChainId(3)], ..identity(7, 2) };
		let cases = [
			(vec![], 0, "no chain"),
			(vec![identity(7, 1), identity(8, 2)], 1, "another network"),
			(vec![identity(7, 1), longer], 1, "another network"),
			(vec![identity(7, 1), identity(7, 2), identity(7, 1)], 2, "twice"),
			(vec![identity(7, 2)], 0, "chain 1 is not named"),
		];
		for (identities, place, reason) in cases {
			let mismatch = check(&identities).expect_err(reason);
			assert_eq!(mismatch.place(), place);
			assert!(mismatch.to_string().contains(reason), "{mismatch}");
		}
	}

	#[tokio::test]
	async fn what_is_no_network_should_be_refused_at_once() {
		for wait in [Wait::Forever, Wait::Briefly] {
			let error = join(&[], wait).await.expect_err("nothing to join");
			assert!(matches!(error, JoinError::NoChains), "{error}");
			let error = join(&["nowhere".into()], wait).await.expect_err("no address");
			assert!(matches!(error, JoinError::Chain { .. }), "{error}");
		}
	}
}

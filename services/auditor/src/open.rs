// SPDX-License-Identifier: Apache-2.0

//! Connecting to the chains of a network.

use crate::error::AuditError;
use futures::future::try_join_all;
use ligature_chain::{Chain, ChainError, Identity};
use ligature_primitives::ids::ChainId;
use std::time::Duration;
use tokio::time::sleep;

/// Between attempts to connect.
const PAUSE: Duration = Duration::from_secs(2);

/// For how long it is tried where nobody waits for ever.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether to wait for chains that do not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
	/// However long it takes.
	Forever,
	/// A few seconds.
	Briefly,
}

/// Connects to all chains of a network, in the order of their ids.
///
/// # Errors
///
/// [`AuditError::NoChains`], [`AuditError::Chain`], [`AuditError::NoNetwork`], [`AuditError::Chains`].
pub async fn open(urls: &[String], wait: Wait) -> Result<Vec<(Chain, Identity)>, AuditError> {
	if urls.is_empty() {
		return Err(AuditError::NoChains);
	}
	let mut chains = try_join_all(urls.iter().map(|url| connect(url, wait))).await?;
	chains.sort_by_key(|(_, identity)| identity.chain);
	let identities: Vec<_> = chains.iter().map(|(_, identity)| identity.clone()).collect();
	check(&identities).map_err(|(place, reason)| match chains.get(place) {
		Some((chain, Identity { network, chain: id, .. })) => {
			AuditError::Chains { url: chain.url().into(), chain: *id, network: *network, reason }
		},
		None => AuditError::Internal(reason),
	})?;
	Ok(chains)
}

async fn connect(url: &str, wait: Wait) -> Result<(Chain, Identity), AuditError> {
	let failed = AuditError::chain(url);
	let mut said = false;
	loop {
		match identify(url).await {
			Ok((chain, Some(identity))) => return Ok((chain, identity)),
			Ok((_, None)) => return Err(AuditError::NoNetwork { url: url.into() }),
			Err(error) if error.is_passing() && wait == Wait::Forever => {
				if !said {
					tracing::warn!("waiting for the chain at {url}: {error}");
					said = true;
				}
				sleep(PAUSE).await;
			},
			Err(error) => return Err(failed(error)),
		}
	}
}

async fn identify(url: &str) -> Result<(Chain, Option<Identity>), ChainError> {
	let chain = Chain::connect_within(url, PATIENCE).await?;
	let identity = chain.finalized().await?.identity().await?;
	Ok((chain, identity))
}

/// That the chains are those of one network, each once. An error says at which place what is wrong.
fn check(identities: &[Identity]) -> Result<(), (usize, String)> {
	let Some(first) = identities.first() else { return Ok(()) };
	for (place, identity) in identities.iter().enumerate() {
		if (identity.network, &identity.chains) != (first.network, &first.chains) {
			return Err((place, "another one is of another network".into()));
		}
		if identities.iter().take(place).any(|other| other.chain == identity.chain) {
			return Err((place, "it is named twice".into()));
		}
	}
	let named = |chain: &&ChainId| identities.iter().any(|identity| identity.chain == **chain);
	let missing: Vec<_> =
		first.chains.iter().filter(|chain| !named(chain)).map(ChainId::to_string).collect();
	match missing.is_empty() {
		true => Ok(()),
		false => Err((0, format!("of its network, chain {} is not named", missing.join(", ")))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_primitives::ids::NetworkId;

	fn identity(network: u32, chain: u8) -> Identity {
		Identity {
			network: NetworkId(network),
			chain: ChainId(chain),
			chains: vec![ChainId(1), ChainId(2)],
		}
	}

	#[test]
	fn chains_should_be_those_of_one_network_each_once() {
		assert_eq!(check(&[identity(7, 1), identity(7, 2)]), Ok(()));
		let cases = [
			(vec![identity(7, 1), identity(8, 2)], 1, "another network"),
			(vec![identity(7, 1), identity(7, 1), identity(7, 2)], 1, "twice"),
			(vec![identity(7, 2)], 0, "chain 1 is not named"),
		];
		for (identities, place, reason) in cases {
			let (found, said) = check(&identities).expect_err(reason);
			assert_eq!(found, place);
			assert!(said.contains(reason), "{said}");
		}
	}

	#[tokio::test]
	async fn what_is_no_network_should_be_refused_at_once() {
		let error = open(&[], Wait::Forever).await.expect_err("nothing to audit");
		assert!(matches!(error, AuditError::NoChains), "{error}");
		for wait in [Wait::Forever, Wait::Briefly] {
			let error = open(&["nowhere".into()], wait).await.expect_err("no address");
			assert!(matches!(error, AuditError::Chain { .. }), "{error}");
		}
	}
}

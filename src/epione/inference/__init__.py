"""Every model that infers: versions, cards, deployments, and what each answered."""

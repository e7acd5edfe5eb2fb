"""The ATT&CK techniques that findings are mapped to, from ATT&CK v17 (https://attack.mitre.org).

One table, pinned: T1525 belongs to Persistence alone, whatever other rule sets say.
"""

from msgspec import Struct


class Technique(Struct, frozen=True):
    """One technique, with the tactic that we mean by it."""

    id: str
    name: str
    tactic: str
    tactic_id: str
    url: str


TECHNIQUES: dict[str, Technique] = {
    technique.id: technique
    for technique in (
        Technique(
            "T1525",
            "Implant Internal Image",
            "persistence",
            "TA0003",
            "https://attack.mitre.org/techniques/T1525/",
        ),
        Technique(
            "T1078.004",
            "Valid Accounts: Cloud Accounts",
            "initial-access",
            "TA0001",
            "https://attack.mitre.org/techniques/T1078/004/",
        ),
        Technique(
            "T1610",
            "Deploy Container",
            "execution",
            "TA0002",
            "https://attack.mitre.org/techniques/T1610/",
        ),
        Technique(
            "T1613",
            "Container and Resource Discovery",
            "discovery",
            "TA0007",
            "https://attack.mitre.org/techniques/T1613/",
        ),
        Technique(
            "T1578.002",
            "Modify Cloud Compute Infrastructure: Create Cloud Instance",
            "defense-evasion",
            "TA0005",
            "https://attack.mitre.org/techniques/T1578/002/",
        ),
        Technique(
            "T1204.003",
            "User Execution: Malicious Image",
            "execution",
            "TA0002",
            "https://attack.mitre.org/techniques/T1204/003/",
        ),
        Technique(
            "T1562.001",
            "Impair Defenses: Disable or Modify Tools",
            "defense-evasion",
            "TA0005",
            "https://attack.mitre.org/techniques/T1562/001/",
        ),
        Technique(
            "T1562.008",
            "Impair Defenses: Disable or Modify Cloud Logs",
            "defense-evasion",
            "TA0005",
            "https://attack.mitre.org/techniques/T1562/008/",
        ),
        Technique(
            "T1537",
            "Transfer Data to Cloud Account",
            "exfiltration",
            "TA0010",
            "https://attack.mitre.org/techniques/T1537/",
        ),
        Technique(
            "T1070",
            "Indicator Removal",
            "defense-evasion",
            "TA0005",
            "https://attack.mitre.org/techniques/T1070/",
        ),
    )
}

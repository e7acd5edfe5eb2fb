terraform {
  required_version = ">= 1.9"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.20, < 7.0" # 6.0 gave every resource its region, 6.20 knows python3.14
    }
  }
}

"""moto_server, and three rules of AWS that moto 5.2 leaves out where it enforces signatures and policies."""

import sys
from urllib.parse import parse_qsl, quote, urlencode

from moto.iam.access_control import IAMRequestBase
from moto.server import main
from moto.sns.responses import SNSResponse

check_action_permitted = IAMRequestBase.check_action_permitted
check_signature = IAMRequestBase.check_signature


def check_action_of_batch(self, resource):
    # A batch has no action of its own: DeleteMessageBatch is allowed by sqs:DeleteMessage.
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    if self._service == "sqs":
        self._action = self._action.removesuffix("Batch")
    check_action_permitted(self, resource)


def check_signature_of_encoded_query(self):
    # What is signed is the encoded query; moto has the decoded one.
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
    path, mark, query = self._path.partition("?")
    self._path = path + mark + urlencode(parse_qsl(query, keep_blank_values=True), quote_via=quote, safe="")
    check_signature(self)


IAMRequestBase.check_action_permitted = check_action_of_batch
IAMRequestBase.check_signature = check_signature_of_encoded_query

# Publish is allowed on a topic; moto asks for every resource. For queues it asks as AWS does.
# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
SNSResponse._determine_resource = lambda self: self._get_param("TopicArn") or "*"

main(sys.argv[1:])

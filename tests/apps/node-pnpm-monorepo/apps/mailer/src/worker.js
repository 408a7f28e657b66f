import { Worker } from "bullmq";
import IORedis from "ioredis";
import nodemailer from "nodemailer";

const connection = new IORedis(process.env.REDIS_URL, { maxRetriesPerRequest: null });
const transport = nodemailer.createTransport(process.env.SMTP_URL);
new Worker("mail", async (job) => transport.sendMail(job.data), { connection });
